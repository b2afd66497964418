// int8 activations times int8 weights, exact in int32.
#ifndef BATCHD_GEMM_I8_H
#define BATCHD_GEMM_I8_H

#include "Matrix.h"

extern const bk_gemm_kernel bk_gemm_i8_portable;
#if defined(__x86_64__)
extern const bk_gemm_kernel bk_gemm_i8_avx2;
extern const bk_gemm_kernel bk_gemm_i8_avx512;
extern const bk_gemm_kernel bk_gemm_i8_avx512vnni;
#elif defined(__aarch64__)
extern const bk_gemm_kernel bk_gemm_i8_neon;
extern const bk_gemm_kernel bk_gemm_i8_neondot;
#endif

#endif
