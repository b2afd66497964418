// Seven-bit activations times int8 weights, exact in int32: for instruction sets whose eight-bit multiply sums pairs in
// sixteen bits. The others use gemm_i8.
#ifndef BATCHD_GEMM_I8_NARROW_H
#define BATCHD_GEMM_I8_NARROW_H

#include "Matrix.h"

#if defined(__x86_64__)
extern const bk_gemm_kernel bk_gemm_i8_narrow_avx2;
extern const bk_gemm_kernel bk_gemm_i8_narrow_avx512;
#endif

#endif
