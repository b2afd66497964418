#if defined(__x86_64__)
#include "../gemm/register.h"
#include "../simd/avx2.h"

#define BK_MR 6
#define BK_NV 2
#define BK_GROUP 2
#define BK_ACTIVATION_FORMAT BK_I16

// Two sixteen-bit products and their sum are exact; the eight-bit instruction, vpmaddubsw, saturates at 32767, which
// activations of eight bits exceed: see gemm_i8_narrow.
// A compiler that adds two steps' products before it adds them to the sum runs out of registers.
BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    sum += (bk_vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
    BK_IN_REGISTER(sum);
    return sum;
}

#include "gemm_i8.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_i8_avx2_not_here;
#endif
