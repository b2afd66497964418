#if defined(__x86_64__)
#include "../simd/avx2.h"

#define BK_MR 6
#define BK_NV 2
#include "gemm_f32.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_f32_avx2_not_here;
#endif
