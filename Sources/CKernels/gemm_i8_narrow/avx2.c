#if defined(__x86_64__)
#include "../gemm/register.h"
#include "../simd/avx2.h"

#define BK_MR 5
#define BK_NV 2
#define BK_GROUP 4
#define BK_ACTIVATION_FORMAT BK_U7
#define BK_KERNEL BK_NAME(bk_gemm_i8_narrow)

// A pair is at most 2 * 127 * 127 = 32258 in magnitude, so that the first instruction never saturates.
BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    __m256i pairs = _mm256_maddubs_epi16((__m256i)a, (__m256i)b);
    sum += (bk_vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    BK_IN_REGISTER(sum);
    return sum;
}

#include "gemm_i8_narrow.h"
#include "../gemm_i8/gemm_i8.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_i8_narrow_avx2_not_here;
#endif
