#if defined(__aarch64__)
#include "../simd/neon.h"

#define BK_MR 6
#define BK_NV 4
#define BK_PINNED_WORDS
#include "gemm_f32.inc.h"

#include "../simd/end.h"
#else
typedef int bk_gemm_f32_neon_not_here;
#endif
