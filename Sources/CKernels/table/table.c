// The one place that asks the processor what it can do and selects.
#include "CKernels.h"
#include "../count_below_u32/count_below_u32.h"
#include "../crc32c/crc32c.h"
#include "../maximum_u32/maximum_u32.h"
#include "../row_sum_i8/row_sum_i8.h"

static const bk_table portable = {
    .name = "portable",
    .row_sum_i8 = bk_row_sum_i8_portable,
    .maximum_u32 = bk_maximum_u32_portable,
    .count_below_u32 = bk_count_below_u32_portable,
    .crc32c = bk_crc32c_portable,
};

#if defined(__x86_64__)
static const bk_table avx2 = {
    .name = "avx2",
    .row_sum_i8 = bk_row_sum_i8_avx2,
    .maximum_u32 = bk_maximum_u32_avx2,
    .count_below_u32 = bk_count_below_u32_avx2,
    .crc32c = bk_crc32c_avx2,
};
static const bk_table avx512 = {
    .name = "avx512",
    .row_sum_i8 = bk_row_sum_i8_avx512,
    .maximum_u32 = bk_maximum_u32_avx2,
    .count_below_u32 = bk_count_below_u32_avx2,
    .crc32c = bk_crc32c_avx2,
};

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
}
#elif defined(__aarch64__)
static const bk_table neon = {
    .name = "neon",
    .row_sum_i8 = bk_row_sum_i8_neon,
    .maximum_u32 = bk_maximum_u32_portable,
    .count_below_u32 = bk_count_below_u32_portable,
    .crc32c = bk_crc32c_portable,
};
#endif

const bk_table *bk_table_at(size_t index) {
    const bk_table *tables[4];
    size_t count = 0;
#if defined(__x86_64__)
    if (has_avx512()) {
        tables[count++] = &avx512;
    }
    if (__builtin_cpu_supports("avx2")) {
        tables[count++] = &avx2;
    }
#elif defined(__aarch64__)
    tables[count++] = &neon;
#endif
    tables[count++] = &portable;
    return index < count ? tables[index] : NULL;
}
