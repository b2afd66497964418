#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

static double multiplier(const bk_table *table, const bk_linear_i8 *model, const uint32_t *ids, size_t count) {
    size_t light = table->count_below_u32(ids, count, model->light_ids);
    double counted = (double)(count - light) + (double)light * (double)model->light_count;
    return counted > 0 ? (double)model->scale / __builtin_sqrt(counted) : 0.0;
}

void bk_linear_i8_classify(const bk_table *table, const bk_linear_i8 *model, const uint32_t *ids,
                           const ptrdiff_t *ends, size_t records, int32_t *sums, double *logits,
                           float *probabilities) {
    ptrdiff_t start = 0;
    for (size_t r = 0; r < records; r++) {
        size_t count = (size_t)(ends[r] - start);
        table->row_sum_i8(model->rows, model->labels - 1, ids + start, count, sums);
        double times = multiplier(table, model, ids + start, count);
        size_t column = 0;
        for (size_t l = 0; l < model->labels; l++) {
            logits[l] = (double)model->biases[l];
            if (l != model->reference) {
                logits[l] += (double)sums[column] * times;
                column++;
            }
        }
        bk_softmax_f64(logits, model->labels, probabilities + r * model->labels);
        start = ends[r];
    }
}
