#if defined(__x86_64__)
#include "../simd/avx2.h"

#define BK_MR 6
#define BK_NV 2
#include "gemm_bf16.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_bf16_avx2_not_here;
#endif
