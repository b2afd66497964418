// 16-byte vectors of 64-bit Arm, which has fused multiply-add throughout.
#include <arm_neon.h>
#define BK_VECTOR_BYTES 16
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 0
#define BK_NAME(operation) operation##_neon
#pragma clang attribute push
#include "vector.h"
