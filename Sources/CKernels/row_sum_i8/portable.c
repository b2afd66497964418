#include <string.h>

#include "row_sum_i8.h"

static void sum_2(const int8_t *rows, const uint32_t *ids, size_t count, int32_t *sums) {
    int32_t s0 = 0, s1 = 0;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + (size_t)ids[i] * 2;
        s0 += row[0];
        s1 += row[1];
    }
    sums[0] = s0;
    sums[1] = s1;
}

static void sum_3(const int8_t *rows, const uint32_t *ids, size_t count, int32_t *sums) {
    int32_t s0 = 0, s1 = 0, s2 = 0;
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + (size_t)ids[i] * 3;
        s0 += row[0];
        s1 += row[1];
        s2 += row[2];
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
}

void bk_row_sum_i8_portable(const int8_t *rows, size_t columns, const uint32_t *ids, size_t count, int32_t *sums) {
    if (columns == 2) {
        sum_2(rows, ids, count, sums);
        return;
    }
    if (columns == 3) {
        sum_3(rows, ids, count, sums);
        return;
    }
    memset(sums, 0, columns * sizeof *sums);
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + (size_t)ids[i] * columns;
        for (size_t c = 0; c < columns; c++) {
            sums[c] += row[c];
        }
    }
}
