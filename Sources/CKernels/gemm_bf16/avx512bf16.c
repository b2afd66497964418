#if defined(__x86_64__)
#include "../simd/avx512bf16.h"

#include "gemm_bf16.h"

#define BK_MR 14
#define BK_NV 2
#define BK_GROUP 2
#define BK_ACCUMULATOR bk_vf
#define BK_WORD int32_t
#define BK_WORD_VECTOR bk_vi
#define BK_TILE_GELU bk_gelu_coarse
#define BK_PANEL_ELEMENT uint16_t

// Pairs of k in one instruction: subnormal numbers count as 0, and the two products are rounded one after the other.
BK_INLINE bk_vf bk_step(bk_vf sum, bk_vi a, bk_vi b) {
    return (bk_vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}

BK_INLINE void bk_write_run(const float *values, uint16_t *to) {
    __m512bh run = _mm512_cvtne2ps_pbh((__m512)bk_load(values + BK_LANES), (__m512)bk_load(values));
    memcpy(to, &run, sizeof run);
}

#include "../gemm/tile.inc.h"

const bk_gemm_kernel BK_NAME(bk_gemm_bf16) = {
    .activations = {.format = BK_BF16, .rows = BK_MR, .depth = BK_BLOCK_WORDS * BK_GROUP, .element_bytes = 2},
    .weights = BK_WEIGHTS_BF16,
    .weight_columns = BK_NR,
    .weight_group = BK_GROUP,
    .multiply = multiply,
    .peak = peak,
};

#include "../simd/end.h"
#else
typedef int bk_gemm_bf16_avx512bf16_not_here;
#endif
