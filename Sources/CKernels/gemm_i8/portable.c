#include "../simd/portable.h"

#define BK_MR 2
#define BK_NV 4
#define BK_GROUP 2
#define BK_ACTIVATION_FORMAT BK_I16

BK_INLINE bk_vi bk_step(bk_vi sum, bk_vi a, bk_vi b) {
    return sum + ((a << 16) >> 16) * ((b << 16) >> 16) + (a >> 16) * (b >> 16);
}

#include "gemm_i8.inc.h"

#include "../simd/end.h"
