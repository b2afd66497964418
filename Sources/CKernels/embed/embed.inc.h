// Sums of embeddings, written once for every instruction set.
#include "../simd/lanes.h"
#include "embed.h"

void BK_NAME(bk_embed)(const bk_embedding *embedding) {
    size_t n = embedding->n;
    for (size_t i = 0; i < embedding->m; i++) {
        const float *word = embedding->words + embedding->ids[i] * n;
        const float *position = embedding->positions + embedding->position_ids[i] * n;
        const float *type = embedding->types;
        if (type && embedding->type_ids) {
            type += embedding->type_ids[i] * n;
        }
        float *y = embedding->y + i * embedding->y_stride;
        for (size_t column = 0; column < n; column += BK_LANES) {
            bk_vf sum = bk_load_columns(word, column, n) + bk_load_columns(position, column, n);
            if (type) {
                sum += bk_load_columns(type, column, n);
            }
            bk_store_columns(y, column, n, sum);
        }
    }
}
