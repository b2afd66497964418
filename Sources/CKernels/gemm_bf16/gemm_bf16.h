// Activations times bfloat16 weights.
#ifndef BATCHD_GEMM_BF16_H
#define BATCHD_GEMM_BF16_H

#include "Matrix.h"

extern const bk_gemm_kernel bk_gemm_bf16_portable;
#if defined(__x86_64__)
extern const bk_gemm_kernel bk_gemm_bf16_avx2;
extern const bk_gemm_kernel bk_gemm_bf16_avx512;
extern const bk_gemm_kernel bk_gemm_bf16_avx512bf16;
#elif defined(__aarch64__)
extern const bk_gemm_kernel bk_gemm_bf16_neon;
#endif

#endif
