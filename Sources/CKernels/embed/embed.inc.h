// Sums of embeddings, written once for every instruction set.
#include "../simd/lanes.h"
#include "embed.h"

// y = (a + b) + c, without c where it is NULL.
BK_INLINE void bk_add_rows(const float *a, const float *b, const float *c, size_t n, float *y) {
    size_t column = 0;
    for (; column + BK_LANES <= n; column += BK_LANES) {
        bk_vf sum = bk_load(a + column) + bk_load(b + column);
        bk_store(y + column, c ? sum + bk_load(c + column) : sum);
    }
    if (column < n) {
        size_t left = n - column;
        bk_vf sum = bk_load_first(a + column, left) + bk_load_first(b + column, left);
        bk_store_first(y + column, c ? sum + bk_load_first(c + column, left) : sum, left);
    }
}

void BK_NAME(bk_embed)(const bk_embedding *embedding) {
    size_t n = embedding->n;
    for (size_t i = 0; i < embedding->m; i++) {
        const float *word = embedding->words + embedding->ids[i] * n;
        const float *position = embedding->positions + embedding->position_ids[i] * n;
        float *y = embedding->y + i * embedding->y_stride;
        if (embedding->types) {
            const float *type = embedding->types + (embedding->type_ids ? embedding->type_ids[i] * n : 0);
            bk_add_rows(word, position, type, n, y);
        } else {
            bk_add_rows(word, position, NULL, n, y);
        }
    }
}
