// The kernels of linear models and files, of every table the machine has, against the portable ones and their
// definitions. Every array is exactly as long as the header promises, for the address sanitizer. Exits with 1 at the
// first difference.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static uint64_t state = 1;

static uint32_t next(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

static void *random_bytes(size_t count) {
    uint8_t *bytes = malloc(count ? count : 1);
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)next();
    }
    return bytes;
}

static void check(int is_right, const char *table, const char *kernel, size_t count) {
    if (!is_right) {
        printf("%s %s of %zu: WRONG\n", table, kernel, count);
        exit(1);
    }
}

// The CRC-32C, a bit at a time.
static uint32_t plain_crc32c(const uint8_t *bytes, size_t count, uint32_t crc) {
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
        }
    }
    return ~crc;
}

static void check_values(const bk_table *table, size_t count) {
    uint32_t *values = random_bytes(count * sizeof *values);
    uint32_t bound = next(), largest = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        largest = values[i] > largest ? values[i] : largest;
        below += values[i] < bound;
    }
    check(table->maximum_u32(values, count) == largest, table->name, "maximum_u32", count);
    check(table->count_below_u32(values, count, bound) == below, table->name, "count_below_u32", count);
    uint8_t *bytes = random_bytes(count + 3);
    for (size_t start = 0; start < 4; start++) {
        uint32_t wanted = plain_crc32c(bytes + start, count + 3 - start, bound);
        check(table->crc32c(bytes + start, count + 3 - start, bound) == wanted, table->name, "crc32c", count);
    }
    free(values);
    free(bytes);
}

static void check_rows(const bk_table *table, size_t columns, size_t count) {
    enum { rows = 7 };
    int8_t *weights = random_bytes(rows * columns + BK_ROW_PADDING_BYTES);
    uint32_t *ids = malloc(count ? count * sizeof *ids : 1);
    int32_t *sums = malloc(columns * sizeof *sums);
    for (size_t i = 0; i < count; i++) {
        ids[i] = i % 3 ? next() % rows : rows - 1;
    }
    table->row_sum_i8(weights, columns, ids, count, sums);
    for (size_t c = 0; c < columns; c++) {
        int32_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += weights[ids[i] * columns + c];
        }
        check(sums[c] == sum, table->name, "row_sum_i8", columns);
    }
    size_t labels = columns + 1;
    float *biases = malloc(labels * sizeof *biases), *probabilities = malloc(3 * labels * sizeof *probabilities);
    double *logits = malloc(labels * sizeof *logits);
    int32_t *scratch = malloc(labels * sizeof *scratch);
    for (size_t label = 0; label < labels; label++) {
        biases[label] = (float)(next() % 100) / 50;
    }
    const ptrdiff_t ends[] = {0, (ptrdiff_t)count / 2, (ptrdiff_t)count};
    bk_linear_i8 model = {weights, biases, labels, columns / 2, 0.01f, rows / 2, 0.5f};
    bk_linear_i8_classify(table, &model, ids, ends, 3, scratch, logits, probabilities);
    for (size_t record = 0; record < 3; record++) {
        double sum = 0;
        for (size_t label = 0; label < labels; label++) {
            sum += (double)probabilities[record * labels + label];
        }
        check(fabs(sum - 1) < 1e-5, table->name, "linear_i8", columns);
    }
    free(weights);
    free(ids);
    free(sums);
    free(biases);
    free(probabilities);
    free(logits);
    free(scratch);
}

int main(void) {
    const bk_table *table;
    for (size_t t = 0; (table = bk_table_at(t)); t++) {
        for (size_t count = 0; count < 300; count++) {
            check_values(table, count);
        }
        for (size_t columns = 1; columns < 140; columns++) {
            for (size_t count = 0; count < 12; count++) {
                check_rows(table, columns, count);
            }
        }
        printf("%s linear kernels: ok\n", table->name);
    }
    return 0;
}
