#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "row_sum_i8.h"

// At most eight columns from `first` on.
static void sum_8(const int8_t *rows, size_t columns, size_t first, const uint32_t *ids, size_t count,
                  int32_t *sums) {
    int32x4_t low = vdupq_n_s32(0);
    int32x4_t high = vdupq_n_s32(0);
    for (size_t i = 0; i < count; i++) {
        int16x8_t row = vmovl_s8(vld1_s8(rows + (size_t)ids[i] * columns + first));
        low = vaddw_s16(low, vget_low_s16(row));
        high = vaddw_s16(high, vget_high_s16(row));
    }
    int32_t lanes[8];
    vst1q_s32(lanes, low);
    vst1q_s32(lanes + 4, high);
    size_t wanted = columns - first < 8 ? columns - first : 8;
    memcpy(sums + first, lanes, wanted * sizeof *sums);
}

void bk_row_sum_i8_neon(const int8_t *rows, size_t columns, const uint32_t *ids, size_t count, int32_t *sums) {
    for (size_t first = 0; first < columns; first += 8) {
        sum_8(rows, columns, first, ids, count, sums);
    }
}
#else
typedef int bk_row_sum_i8_neon_not_here;
#endif
