// 16-byte vectors of 64-bit Arm with the int8 dot product of Armv8.2.
#include <arm_neon.h>
#define BK_VECTOR_BYTES 16
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 0
#define BK_NAME(operation) operation##_neondot
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "vector.h"
