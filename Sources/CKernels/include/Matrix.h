// The kernels of encoders: matrix products with packed operands, row-wise operations and attention.
//
// Float results of one instruction set depend on a row's own numbers only, never on its place in a batch: every
// element of a product is summed over k in ascending order, one fused multiply-add each, whatever the tile.
#ifndef BATCHD_MATRIX_H
#define BATCHD_MATRIX_H

#include <stddef.h>
#include <stdint.h>

// What a number of an activation is stored as.
typedef enum bk_format {
    BK_F32,  // itself
    BK_BF16, // rounded to nearest even
    BK_U8,   // q of 0 to 255, where x = scale * (q - zero), both of its row
    BK_S8,   // q - 128
    BK_I16,  // q - zero, with q of 0 to 4095, or to as many as sums in 32 bits have room for, at least 255
    BK_U7,   // q of 0 to 127, in a byte
} bk_format;

// How activations lie in memory for a product: panels of `rows` rows, cut into blocks of `depth` columns.
//
// Element (i, k) of a matrix with K columns (rounded up to a multiple of `depth`) is element
// ((i / rows) * (K / depth) + k / depth) * rows * depth + (i % rows) * depth + k % depth.
// So a tile of a product reads one stream, and whoever writes a row writes runs of `depth` elements.
typedef struct bk_panel_layout {
    bk_format format;
    uint32_t rows;          // MR
    uint32_t depth;         // KB
    uint32_t element_bytes;
} bk_panel_layout;

// What int8 panels know of each row: x = scale * (stored - zero). NaN in a row gives the scale NaN.
typedef struct bk_row_scale {
    float scale;
    int32_t zero;
} bk_row_scale;

// Panels to be written.
typedef struct bk_panels {
    bk_panel_layout layout;
    void *elements;           // aligned to 64 bytes; the first row written is row 0 of a panel
    bk_row_scale *row_scales; // [rows], for the integer formats; else NULL
    const float *column_scales; // [columns]: each column is multiplied by it on the way; NULL for none
} bk_panels;

// How weights lie in memory: panels of `columns` outputs, and of each `group` consecutive k of an output together.
//
// Element (k, j) of panel p, K rounded up to a multiple of the activations' depth, is element
// (k / group) * columns * group + j * group + k % group of the panel's K * columns. Outputs and k beyond the matrix
// are 0. `BK_WEIGHTS_BF16_SPLIT` is the exception: see its comment.
typedef enum bk_weight_format {
    BK_WEIGHTS_F32,
    BK_WEIGHTS_BF16,       // pairs of k, for the dot product instruction
    BK_WEIGHTS_BF16_SPLIT, // group 1; word w of a k holds columns (w, w + columns / 2) of the panel in its low and
                           // high half, so that a shift and a mask widen it to float32
    BK_WEIGHTS_S8,         // groups of 4
    BK_WEIGHTS_I16,        // int8 values widened, groups of 2
} bk_weight_format;

typedef enum bk_activation {
    BK_IDENTITY,
    BK_GELU,      // x * (1 + erf(x / sqrt(2))) / 2
    BK_GELU_TANH, // x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2
    BK_RELU,
    BK_SILU,      // x / (1 + exp(-x))
    BK_TANH,
} bk_activation;

// One product: C = activation(A * B + bias) + residual.
typedef struct bk_gemm {
    size_t m, n, k;                 // of the matrices, without padding; each 0 or more
    const void *a;                  // panels in the kernel's layout, [m, k]; rows beyond m are readable
    const bk_row_scale *row_scales; // [m], int8 only
    const void *b;                  // weights packed for the kernel, [k, n]
    const float *weight_scales;     // [n rounded up to weight_columns], int8 only
    const int32_t *weight_sums;     // [n rounded up], the sum over k of each output's weights; int8 only
    const float *bias;              // [n rounded up]
    bk_activation activation;
    const float *residual;          // [m, residual_stride], NULL for none; may be `c` itself
    size_t residual_stride;
    float *c;                       // [m, c_stride], exactly n columns of m rows are written; NULL for none
    size_t c_stride;
    void *panels;                   // [m, n] in the kernel's own activation layout, NULL for none; float formats only;
                                    // columns from n to its multiple of depth are written as 0
} bk_gemm;

// A product in one precision on one instruction set.
typedef struct bk_gemm_kernel {
    bk_panel_layout activations;
    bk_weight_format weights;
    uint32_t weight_columns; // NR, the outputs of a weight panel
    uint32_t weight_group;
    void (*multiply)(const bk_gemm *product);
    // Runs the kernel's multiply instruction on registers alone and returns the operations done (2 per
    // multiply-add), so that a caller's clock gives the peak of this core.
    double (*peak)(size_t iterations);
} bk_gemm_kernel;

// Sums of three embeddings: y[i] = words[ids[i]] + positions[position_ids[i]] + types[type_ids[i]].
typedef struct bk_embedding {
    const float *words;     // [vocabulary, n]
    const float *positions; // [positions, n]
    const float *types;     // [types, n]; NULL for none
    const uint32_t *ids;
    const uint32_t *position_ids;
    const uint8_t *type_ids; // NULL for type 0 throughout
    size_t m, n;
    float *y;                // [m, y_stride]
    size_t y_stride;
} bk_embedding;

// One pass of layer norm over rows: y = (x - mean) / sqrt(variance + epsilon) * gain + shift.
typedef struct bk_layer_norm {
    const float *x; // [m, x_stride]
    size_t x_stride;
    size_t m, n;    // n is 1 or more
    const float *gain;
    const float *shift;
    float epsilon;
    float *y;       // [m, y_stride]; may be x
    size_t y_stride;
} bk_layer_norm;

// Self-attention of one head over one sequence: context = softmax(scale * Q * K^T) * V.
typedef struct bk_attention {
    const float *q, *k, *v; // [length, stride] each, `width` columns
    size_t stride;
    size_t length;          // 0 or more
    size_t width;           // a multiple of 16, at most BK_HEAD_WIDTH_MAXIMUM; padding columns of q, k and v are 0
    float scale;
    float *context;         // [length, context_stride], `width` columns are written
    size_t context_stride;
    float *scratch;         // bk_attention_scratch_floats(length, width), aligned to 64 bytes
} bk_attention;

#define BK_HEAD_WIDTH_MAXIMUM 256

// Enough scratch for any instruction set.
size_t bk_attention_scratch_floats(size_t length, size_t width);

// The row-wise kernels of one instruction set.
typedef struct bk_row_kernels {
    void (*embed)(const bk_embedding *embedding);
    // `panels` may be NULL: then only y is written.
    void (*layer_norm)(const bk_layer_norm *norm, const bk_panels *panels);
    // Packs, and for the integer formats quantises, float32 rows: [m, n] of `x`, row-major with `stride`.
    void (*pack)(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);
    void (*attend)(const bk_attention *attention);
} bk_row_kernels;

typedef enum bk_precision {
    BK_FLOAT32,
    BK_BFLOAT16,
    BK_INT8,        // activations of eight bits
    BK_INT8_NARROW, // as many bits, up to eight, as the fastest exact instruction takes
    BK_PRECISIONS,
} bk_precision;

// Packs float32 weights for a kernel in float32 or bfloat16.
//
// weights  [n, k], row-major (one output a row).
// packed   bk_packed_weight_bytes(kernel, n, k) bytes, aligned to 64 bytes, overwritten.
void bk_pack_weights(const bk_gemm_kernel *kernel, const float *weights, size_t n, size_t k, void *packed);

// Packs int8 weights, and sums each output's: `sums` is [n rounded up to weight_columns].
//
// weights  [n, k], row-major, -127 to 127: with -128 the sums of two products may exceed sixteen bits.
void bk_pack_weights_i8(const bk_gemm_kernel *kernel, const int8_t *weights, size_t n, size_t k, void *packed,
                        int32_t *sums);

size_t bk_packed_weight_bytes(const bk_gemm_kernel *kernel, size_t n, size_t k);

// The bytes of panels of [m, k].
size_t bk_panel_bytes(const bk_panel_layout *layout, size_t m, size_t k);

#endif
