// 32-byte vectors with AVX2, FMA and F16C.
#include <immintrin.h>
#define BK_VECTOR_BYTES 32
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 1
#define BK_NAME(operation) operation##_avx2
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "vector.h"
