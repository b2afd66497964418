#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

static double multiplier(bk_normalisation normalisation, size_t count) {
    if (count == 0 || normalisation == BK_NORMALISATION_NONE) {
        return 1.0;
    }
    double divisor = (double)count;
    return 1.0 / (normalisation == BK_NORMALISATION_ROOT ? __builtin_sqrt(divisor) : divisor);
}

void bk_linear_i8_classify(const bk_table *table, const bk_linear_i8 *model, const uint32_t *ids,
                           const ptrdiff_t *ends, size_t records, int32_t *sums, double *logits,
                           float *probabilities) {
    ptrdiff_t start = 0;
    for (size_t r = 0; r < records; r++) {
        size_t count = (size_t)(ends[r] - start);
        table->row_sum_i8(model->rows, model->labels, ids + start, count, sums);
        double times = multiplier(model->normalisation, count);
        for (size_t l = 0; l < model->labels; l++) {
            logits[l] = (double)sums[l] * times * (double)model->scales[l] + (double)model->biases[l];
        }
        bk_softmax_f64(logits, model->labels, probabilities + r * model->labels);
        start = ends[r];
    }
}
