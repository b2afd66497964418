#include "../simd/portable.h"

#define BK_MR 2
#define BK_NV 4
#include "gemm_bf16.inc.h"

#include "../simd/end.h"
