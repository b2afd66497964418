#if defined(__x86_64__)
#include "../simd/avx512vnni.h"

#define BK_MR 12
#define BK_NV 2
#define BK_GROUP 4
#define BK_ACTIVATION_FORMAT BK_U8

BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    return (bk_vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);
}

#include "gemm_i8.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_i8_avx512vnni_not_here;
#endif
