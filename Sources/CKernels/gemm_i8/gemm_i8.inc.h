// The int8 tile of an instruction set that says BK_MR, BK_NV, BK_GROUP, BK_ACTIVATION_FORMAT and defines bk_step; and
// BK_KERNEL, where it is not the instruction set's bk_gemm_i8.
//
// A word holds two numbers of sixteen bits (BK_I16) or four of eight.
#include "gemm_i8.h"

#define BK_ACCUMULATOR bk_vi
#define BK_WORD int32_t
#define BK_WORD_VECTOR bk_vi
#define BK_TILE_GELU bk_gelu_coarse
#define BK_INTEGER_SUMS

#include "../gemm/tile.inc.h"

#ifndef BK_KERNEL
#define BK_KERNEL BK_NAME(bk_gemm_i8)
#endif

const bk_gemm_kernel BK_KERNEL = {
    .activations = {.format = BK_ACTIVATION_FORMAT, .rows = BK_MR, .depth = BK_BLOCK_WORDS * BK_GROUP,
                    .element_bytes = 4 / BK_GROUP},
    .weights = BK_GROUP == 2 ? BK_WEIGHTS_I16 : BK_WEIGHTS_S8,
    .weight_columns = BK_NR,
    .weight_group = BK_GROUP,
    .multiply = multiply,
    .peak = peak,
};
