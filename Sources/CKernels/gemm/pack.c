// Weights in the layout of a kernel, made once when a model is loaded.
#include <string.h>

#include "gemm.h"

static size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

static size_t weight_bytes(bk_weight_format format) {
    switch (format) {
    case BK_WEIGHTS_F32: return 4;
    case BK_WEIGHTS_BF16:
    case BK_WEIGHTS_BF16_SPLIT:
    case BK_WEIGHTS_I16: return 2;
    case BK_WEIGHTS_S8: return 1;
    }
    return 0;
}

size_t bk_packed_weight_bytes(const bk_gemm_kernel *kernel, size_t n, size_t k) {
    return round_up(n, kernel->weight_columns) * round_up(k, kernel->activations.depth) * weight_bytes(kernel->weights);
}

// Rounds to nearest even; NaN stays NaN.
static uint16_t bfloat16_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value != value) {
        return (uint16_t)(bits >> 16 | 0x40);
    }
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

// Where element (k, j) of the matrix lies among the packed ones.
static size_t place(const bk_gemm_kernel *kernel, size_t depth, size_t k, size_t j) {
    size_t columns = kernel->weight_columns;
    size_t group = kernel->weight_group;
    size_t start = j / columns * depth * columns;
    j %= columns;
    if (kernel->weights == BK_WEIGHTS_BF16_SPLIT) {
        return start + k * columns + j % (columns / 2) * 2 + j / (columns / 2);
    }
    return start + k / group * columns * group + j * group + k % group;
}

void bk_pack_weights(const bk_gemm_kernel *kernel, const float *weights, size_t n, size_t k, void *packed) {
    size_t depth = round_up(k, kernel->activations.depth);
    memset(packed, 0, bk_packed_weight_bytes(kernel, n, k));
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < k; i++) {
            size_t to = place(kernel, depth, i, j);
            if (kernel->weights == BK_WEIGHTS_F32) {
                ((float *)packed)[to] = weights[j * k + i];
            } else {
                ((uint16_t *)packed)[to] = bfloat16_of(weights[j * k + i]);
            }
        }
    }
}

void bk_pack_weights_i8(const bk_gemm_kernel *kernel, const int8_t *weights, size_t n, size_t k, void *packed,
                        int32_t *sums) {
    size_t depth = round_up(k, kernel->activations.depth);
    memset(packed, 0, bk_packed_weight_bytes(kernel, n, k));
    memset(sums, 0, round_up(n, kernel->weight_columns) * sizeof *sums);
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < k; i++) {
            size_t to = place(kernel, depth, i, j);
            int8_t weight = weights[j * k + i];
            sums[j] += weight;
            if (kernel->weights == BK_WEIGHTS_I16) {
                ((int16_t *)packed)[to] = weight;
            } else {
                ((int8_t *)packed)[to] = weight;
            }
        }
    }
}
