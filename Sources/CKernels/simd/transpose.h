// Columns from rows. Included after an instruction set's header.
#ifndef BATCHD_TRANSPOSE_H
#define BATCHD_TRANSPOSE_H

#include "lanes.h"

typedef float bk_vf4_anywhere __attribute__((vector_size(16), aligned(4), may_alias));

// The interleaving and the joining of pairs, within each four lanes.
#define BK_LANE_LOW(i) (((i) & ~3) + ((i) & 3) / 2 + ((i) & 1) * BK_LANES)
#define BK_LANE_HIGH(i) (BK_LANE_LOW(i) + 2)
#define BK_LANE_FIRST_PAIRS(i) (((i) & ~3) + ((i) & 1) + ((i) & 2) / 2 * BK_LANES)
#define BK_LANE_SECOND_PAIRS(i) (BK_LANE_FIRST_PAIRS(i) + 2)

// Four columns of rows `row`, `row` + 4, `row` + 8 ..., end to end.
BK_INLINE bk_vf bk_load_fours(const float *const rows[BK_LANES], size_t row, size_t column) {
#define BK_FOUR(i) (*(const bk_vf4_anywhere *)(rows[row + (i)] + column))
#define BK_TWO_FOURS(i) __builtin_shufflevector(BK_FOUR(i), BK_FOUR((i) + 4), 0, 1, 2, 3, 4, 5, 6, 7)
#if BK_LANES == 4
    return BK_FOUR(0);
#elif BK_LANES == 8
    return BK_TWO_FOURS(0);
#else
    return __builtin_shufflevector(BK_TWO_FOURS(0), BK_TWO_FOURS(8), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
                                   15);
#endif
#undef BK_FOUR
#undef BK_TWO_FOURS
}

// Four columns of as many rows as there are lanes: to[c * stride + r] = rows[r][column + c].
BK_INLINE void bk_transpose_4(const float *const rows[BK_LANES], size_t column, float *to, size_t stride) {
    bk_vf a = bk_load_fours(rows, 0, column);
    bk_vf b = bk_load_fours(rows, 1, column);
    bk_vf c = bk_load_fours(rows, 2, column);
    bk_vf d = bk_load_fours(rows, 3, column);
    bk_vf ab_low = BK_PERMUTE(a, b, BK_LANE_LOW);
    bk_vf ab_high = BK_PERMUTE(a, b, BK_LANE_HIGH);
    bk_vf cd_low = BK_PERMUTE(c, d, BK_LANE_LOW);
    bk_vf cd_high = BK_PERMUTE(c, d, BK_LANE_HIGH);
    bk_store(to, BK_PERMUTE(ab_low, cd_low, BK_LANE_FIRST_PAIRS));
    bk_store(to + stride, BK_PERMUTE(ab_low, cd_low, BK_LANE_SECOND_PAIRS));
    bk_store(to + 2 * stride, BK_PERMUTE(ab_high, cd_high, BK_LANE_FIRST_PAIRS));
    bk_store(to + 3 * stride, BK_PERMUTE(ab_high, cd_high, BK_LANE_SECOND_PAIRS));
}

#endif
