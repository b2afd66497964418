// float32 activations times float32 weights.
#ifndef BATCHD_GEMM_F32_H
#define BATCHD_GEMM_F32_H

#include "Matrix.h"

extern const bk_gemm_kernel bk_gemm_f32_portable;
#if defined(__x86_64__)
extern const bk_gemm_kernel bk_gemm_f32_avx2;
extern const bk_gemm_kernel bk_gemm_f32_avx512;
#elif defined(__aarch64__)
extern const bk_gemm_kernel bk_gemm_f32_neon;
#endif

#endif
