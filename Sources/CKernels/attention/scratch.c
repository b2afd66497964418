#include "attention.h"

static size_t whole_columns(size_t count) {
    return (count + BK_ATTENTION_COLUMNS_MAXIMUM - 1) / BK_ATTENTION_COLUMNS_MAXIMUM * BK_ATTENTION_COLUMNS_MAXIMUM;
}

// Packed keys, a tile of queries, the scores of a tile, packed values.
size_t bk_attention_scratch_floats(size_t length, size_t width) {
    size_t columns = whole_columns(length);
    return columns * width + BK_ATTENTION_ROWS_MAXIMUM * (width + columns) + length * whole_columns(width);
}
