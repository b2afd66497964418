#if defined(__x86_64__)
#include "../simd/avx512.h"

#define BK_MR 14
#define BK_NV 2
#include "gemm_bf16.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_bf16_avx512_not_here;
#endif
