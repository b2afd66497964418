#if defined(__aarch64__)
#include "../simd/neon.h"

#define BK_MR 6
#define BK_NV 4
#define BK_PINNED_WORDS
#define BK_GROUP 4
#define BK_ACTIVATION_FORMAT BK_S8

// Without the dot product: weights are at least -127, so that two products and their sum fit sixteen bits.
BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    int16x8_t low = vmull_s8(vget_low_s8((int8x16_t)a), vget_low_s8((int8x16_t)b));
    int16x8_t high = vmull_high_s8((int8x16_t)a, (int8x16_t)b);
    return (bk_vi)vpadalq_s16((int32x4_t)sum, vpaddq_s16(low, high));
}

#include "gemm_i8.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_i8_neon_not_here;
#endif
