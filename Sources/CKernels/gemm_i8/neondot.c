#if defined(__aarch64__)
#include "../simd/neondot.h"

#define BK_MR 6
#define BK_NV 4
#define BK_GROUP 4
#define BK_ACTIVATION_FORMAT BK_S8

BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    return (bk_vi)vdotq_s32((int32x4_t)sum, (int8x16_t)b, (int8x16_t)a);
}

#include "gemm_i8.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_i8_neondot_not_here;
#endif
