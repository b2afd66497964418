// The float32 tile of an instruction set that says BK_MR and BK_NV.
#include "gemm_f32.h"

#define BK_ACCUMULATOR bk_vf
#define BK_WORD float
#define BK_WORD_VECTOR bk_vf
#define BK_GROUP 1
#define BK_TILE_GELU bk_gelu

BK_INLINE bk_vf bk_step(bk_vf sum, bk_vf a, bk_vf b) { return bk_fma(a, b, sum); }

#include "../gemm/float_panels.inc.h"
#include "../gemm/tile.inc.h"

const bk_gemm_kernel BK_NAME(bk_gemm_f32) = {
    .activations = {.format = BK_F32, .rows = BK_MR, .depth = BK_BLOCK_WORDS, .element_bytes = 4},
    .weights = BK_WEIGHTS_F32,
    .weight_columns = BK_NR,
    .weight_group = 1,
    .multiply = multiply,
    .peak = peak,
};
