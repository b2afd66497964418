// The tile of an instruction set without bfloat16 products: float32 activations, weights widened on the way.
#include "gemm_bf16.h"

#define BK_ACCUMULATOR bk_vf
#define BK_WORD float
#define BK_WORD_VECTOR bk_vf
#define BK_GROUP 1
#define BK_TILE_GELU bk_gelu
#define BK_SPLIT_WEIGHTS

BK_INLINE bk_vf bk_step(bk_vf sum, bk_vf a, bk_vf b) { return bk_fma(a, b, sum); }

#include "../gemm/float_panels.inc.h"
#include "../gemm/tile.inc.h"

const bk_gemm_kernel BK_NAME(bk_gemm_bf16) = {
    .activations = {.format = BK_F32, .rows = BK_MR, .depth = BK_BLOCK_WORDS, .element_bytes = 4},
    .weights = BK_WEIGHTS_BF16_SPLIT,
    .weight_columns = BK_NR,
    .weight_group = 1,
    .multiply = multiply,
    .peak = peak,
};
