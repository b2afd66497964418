// 64-byte vectors with AVX-512 F, BW, VL, DQ and the int8 dot product.
#include <immintrin.h>
#define BK_VECTOR_BYTES 64
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 1
#define BK_NAME(operation) operation##_avx512vnni
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c"))), apply_to = function)
#include "vector.h"
