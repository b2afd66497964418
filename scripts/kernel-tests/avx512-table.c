// The products of AVX-512 as tables, for a processor that would not be offered them.
#include "CKernels.h"
#include "../gemm_bf16/gemm_bf16.h"
#include "../gemm_f32/gemm_f32.h"
#include "../gemm_i8/gemm_i8.h"
#include "../gemm_i8_narrow/gemm_i8_narrow.h"

static const bk_table tables[] = {
    {.name = "avx512bf16",
     .gemm = {&bk_gemm_f32_avx512, &bk_gemm_bf16_avx512bf16, &bk_gemm_i8_avx512vnni, &bk_gemm_i8_avx512vnni}},
    {.name = "avx512",
     .gemm = {&bk_gemm_f32_avx512, &bk_gemm_bf16_avx512, &bk_gemm_i8_avx512, &bk_gemm_i8_narrow_avx512}},
};

const bk_table *bk_table_at(size_t index) { return index < 2 ? &tables[index] : NULL; }
