// Layer norm, written once for every instruction set.
//
// A row is read from memory once: the second and the third pass over it, and the one that packs it, find it in L1.
#include "../pack_rows/panel_row.inc.h"
#include "layer_norm.h"

// Whole vectors go to four sums in turn, so that additions need not wait for each other.
#define BK_SUMS 4

BK_INLINE bk_vf bk_row_mean(const float *x, size_t n) {
    bk_vf sums[BK_SUMS] = {};
    size_t column = 0;
    for (; column + BK_SUMS * BK_LANES <= n; column += BK_SUMS * BK_LANES) {
        for (size_t s = 0; s < BK_SUMS; s++) {
            sums[s] += bk_load(x + column + s * BK_LANES);
        }
    }
    for (; column < n; column += BK_LANES) {
        sums[0] += bk_load_columns(x, column, n);
    }
    return bk_sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3])) / bk_splat((float)n);
}

BK_INLINE bk_vf bk_row_variance(const float *x, size_t n, bk_vf mean) {
    bk_vf sums[BK_SUMS] = {};
    size_t column = 0;
    for (; column + BK_SUMS * BK_LANES <= n; column += BK_SUMS * BK_LANES) {
        for (size_t s = 0; s < BK_SUMS; s++) {
            bk_vf deviation = bk_load(x + column + s * BK_LANES) - mean;
            sums[s] = bk_fma(deviation, deviation, sums[s]);
        }
    }
    for (; column + BK_LANES <= n; column += BK_LANES) {
        bk_vf deviation = bk_load(x + column) - mean;
        sums[0] = bk_fma(deviation, deviation, sums[0]);
    }
    if (column < n) {
        bk_vf deviation = bk_load_first(x + column, n - column) - mean;
        deviation = bk_select(bk_first_lanes(n - column), deviation, (bk_vf){});
        sums[0] = bk_fma(deviation, deviation, sums[0]);
    }
    return bk_sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3])) / bk_splat((float)n);
}

BK_INLINE bk_vf bk_normalised(bk_vf x, bk_vf mean, bk_vf factor, bk_vf gain, bk_vf shift) {
    bk_vf normal = (x - mean) * factor;
    return bk_fma(normal, gain, shift);
}

BK_INLINE void bk_normalise_row(const bk_layer_norm *norm, const float *x, bk_vf mean, bk_vf factor, float *y) {
    size_t n = norm->n;
    const float *gains = norm->gain;
    const float *shifts = norm->shift;
    size_t column = 0;
    for (; column + BK_LANES <= n; column += BK_LANES) {
        bk_vf gain = bk_load(gains + column);
        bk_store(y + column, bk_normalised(bk_load(x + column), mean, factor, gain, bk_load(shifts + column)));
    }
    if (column < n) {
        size_t left = n - column;
        bk_vf gain = bk_load_first(gains + column, left);
        bk_vf shift = bk_load_first(shifts + column, left);
        bk_store_first(y + column, bk_normalised(bk_load_first(x + column, left), mean, factor, gain, shift), left);
    }
}

void BK_NAME(bk_layer_norm)(const bk_layer_norm *norm, const bk_panels *panels) {
    size_t n = norm->n;
    for (size_t i = 0; i < norm->m; i++) {
        const float *x = norm->x + i * norm->x_stride;
        float *y = norm->y + i * norm->y_stride;
        bk_vf mean = bk_row_mean(x, n);
        bk_vf variance = bk_row_variance(x, n, mean);
        bk_vf factor = 1 / __builtin_elementwise_sqrt(variance + norm->epsilon);
        bk_normalise_row(norm, x, mean, factor, y);
        if (panels) {
            bk_write_panel_row(panels, i, y, n);
        }
    }
}
