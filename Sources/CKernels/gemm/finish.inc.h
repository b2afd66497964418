// What is done with a tile's sums: bias or dequantisation, activation, residual, and where they go.
#include "../simd/activation.h"

// A vector of sums as float32 numbers with their bias.
//
// An integer sum is dequantised as fma(row_scale * weight_scale, float(sum - zero * weight_sum), bias).
BK_INLINE bk_vf settled(const bk_tile *tile, int i, int v, BK_ACCUMULATOR sum) {
    const bk_gemm *product = tile->product;
    size_t column = tile->column + (size_t)v * BK_LANES;
#ifdef BK_INTEGER_SUMS
    const bk_row_scale *row = product->row_scales + tile->row + i;
    bk_vi exact = sum - bk_splat_i32(row->zero) * bk_load_i32(product->weight_sums + column);
    bk_vf scale = bk_splat(row->scale) * bk_load(product->weight_scales + column);
    return bk_fma(scale, bk_int_to_float(exact), bk_load(product->bias + column));
#else
    (void)i;
    return sum + bk_load(product->bias + column);
#endif
}

// Fetches the lines that the finished tile is added to and written to: the sum over k leaves the time for it, while
// reads that miss at the tile's end hold up the next one.
BK_INLINE void fetch_results(const bk_tile *tile, const int rows) {
    const bk_gemm *product = tile->product;
    for (size_t i = tile->row; i < tile->row + (size_t)rows; i++) {
        for (size_t j = tile->column; j < tile->column + BK_NR && j < product->n; j += BK_LINE_FLOATS) {
            if (product->residual) {
                __builtin_prefetch(product->residual + i * product->residual_stride + j);
            }
            if (product->c) {
                __builtin_prefetch(product->c + i * product->c_stride + j, 1);
            }
        }
    }
}

// A row that goes from registers to C.
BK_INLINE void store_plain_row(const bk_tile *tile, int i, const BK_ACCUMULATOR *sums) {
    const bk_gemm *product = tile->product;
    size_t row = tile->row + (size_t)i;
    float *to = product->c + row * product->c_stride + tile->column;
    if (!product->residual) {
        BK_UNROLLED for (int v = 0; v < BK_NV; v++) {
            bk_store(to + v * BK_LANES, settled(tile, i, v, sums[v]));
        }
        return;
    }
    const float *residual = product->residual + row * product->residual_stride + tile->column;
    BK_UNROLLED for (int v = 0; v < BK_NV; v++) {
        bk_store(to + v * BK_LANES, settled(tile, i, v, sums[v]) + bk_load(residual + v * BK_LANES));
    }
}

#define BK_MAP(function)                                           \
    for (int at = 0; at < rows * BK_NR; at += BK_LANES) {          \
        bk_store(values + at, function(bk_load(values + at)));     \
    }                                                              \
    return

static void activate(bk_activation activation, int rows, float *values) {
    switch (activation) {
    case BK_IDENTITY: return;
    case BK_GELU: BK_MAP(BK_TILE_GELU);
    case BK_GELU_TANH: BK_MAP(bk_gelu_tanh);
    case BK_RELU: BK_MAP(bk_relu);
    case BK_SILU: BK_MAP(bk_silu);
    case BK_TANH: BK_MAP(bk_tanh);
    }
}

// Adds `wanted` columns of `from` to a tile's row.
BK_INLINE void add_row(const float *from, size_t wanted, float *values) {
    if (wanted == BK_NR) {
        BK_UNROLLED for (int at = 0; at < BK_NR; at += BK_LANES) {
            bk_store(values + at, bk_load(values + at) + bk_load(from + at));
        }
        return;
    }
    for (size_t j = 0; j < wanted; j++) {
        values[j] += from[j];
    }
}

BK_INLINE void copy_row(const float *values, size_t wanted, float *to) {
    if (wanted == BK_NR) {
        BK_UNROLLED for (int at = 0; at < BK_NR; at += BK_LANES) {
            bk_store(to + at, bk_load(values + at));
        }
        return;
    }
    memcpy(to, values, wanted * sizeof *to);
}

#ifdef BK_PANEL_ELEMENT
// Writes a tile's row into the next product's panels, run by run; what is beyond the matrix becomes 0.
BK_INLINE void write_panel_row(const bk_tile *tile, size_t i, size_t wanted, float *values) {
    enum { depth = 64 / sizeof(BK_PANEL_ELEMENT) };
    _Static_assert(BK_NR % depth == 0, "a tile's row is whole runs");
    memset(values + wanted, 0, (BK_NR - wanted) * sizeof *values);
    size_t runs = (tile->product->n + depth - 1) / depth;
    BK_PANEL_ELEMENT *to = tile->product->panels;
    to += tile->row * runs * depth + tile->column * BK_MR + i * depth;
    for (size_t at = 0; at < wanted; at += depth) {
        bk_write_run(values + at, to + at * BK_MR);
    }
}
#endif

static __attribute__((noinline)) void finish(const bk_tile *tile, int rows, float *values) {
    const bk_gemm *product = tile->product;
    size_t left = product->n - tile->column;
    size_t wanted = left < BK_NR ? left : BK_NR;
    activate(product->activation, rows, values);
    for (size_t i = 0; i < (size_t)rows; i++) {
        float *row = values + i * BK_NR;
        if (product->residual) {
            add_row(product->residual + (tile->row + i) * product->residual_stride + tile->column, wanted, row);
        }
        if (product->c) {
            copy_row(row, wanted, product->c + (tile->row + i) * product->c_stride + tile->column);
        }
#ifdef BK_PANEL_ELEMENT
        if (product->panels) {
            write_panel_row(tile, i, wanted, row);
        }
#endif
    }
}
