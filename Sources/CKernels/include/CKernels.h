// The C micro-kernels: one folder per operation, one file per instruction set, one table that selects.
//
// Rules that hold for all of them: kernels allocate nothing and check nothing; shapes are checked once, in Swift,
// at the entry.
//
// Of the kernels in this header every instruction set gives the same bytes: sums are of integers, and what is floating
// point is computed in one portable place, without contraction. Those of Matrix.h add floating point numbers in the
// order of their vectors and agree within rounding; on one instruction set the same input gives the same bytes.
#ifndef BATCHD_CKERNELS_H
#define BATCHD_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "Matrix.h"

// How many readable bytes must follow the last weight row: vector loads of a row may run past its end.
#define BK_ROW_PADDING_BYTES 32

// Adds up the int8 rows that `ids` name: sums[c] = sum over i of rows[ids[i] * columns + c].
//
// rows      [rowCount, columns], row-major, BK_ROW_PADDING_BYTES readable bytes behind it; any alignment.
// columns   1 or more.
// ids       `count` row numbers, each below rowCount; `count` at most 2^24, so that no sum overflows.
// sums      [columns], overwritten, exactly `columns` elements are written.
typedef void bk_row_sum_i8(const int8_t *rows, size_t columns, const uint32_t *ids, size_t count, int32_t *sums);

// The largest of `count` values, 0 for none.
typedef uint32_t bk_maximum_u32(const uint32_t *values, size_t count);

// How many of `count` values are below `bound`; `count` at most 2^31.
typedef uint32_t bk_count_below_u32(const uint32_t *values, size_t count, uint32_t bound);

// The CRC-32C of `count` bytes (RFC 3720, appendix B.4), going on from that of the bytes before them, 0 for none.
typedef uint32_t bk_crc32c(const void *bytes, size_t count, uint32_t crc);

// The kernels of one instruction set; an entry that a set does not improve on is inherited from the one below.
typedef struct bk_table {
    const char *name;
    bk_row_sum_i8 *row_sum_i8;
    bk_maximum_u32 *maximum_u32;
    bk_count_below_u32 *count_below_u32;
    bk_crc32c *crc32c;
    const bk_gemm_kernel *gemm[BK_PRECISIONS];
    const bk_row_kernels *rows;
} bk_table;

// The tables this machine can run, best first; index 0 <= i < bk_table_count(), NULL beyond.
const bk_table *bk_table_at(size_t index);

// A linear classifier over hashed features; `rows` as bk_row_sum_i8 wants them, with labels - 1 columns.
//
// The softmax knows only differences between labels, so one label, `reference`, has no column: its weights are 0,
// and the columns are those of the other labels in their order.
typedef struct bk_linear_i8 {
    const int8_t *rows;
    const float *biases; // [labels]
    size_t labels;       // 2 or more
    size_t reference;    // below labels
    float scale;         // what one unit of a row is worth
    uint32_t light_ids;  // ids below this count `light_count` each in the normaliser, the others 1
    float light_count;   // 0 or more
} bk_linear_i8;

// Classifies ragged records: probabilities[r, :] = softmax(bias + scale * sum of r's rows / sqrt(count of its ids)).
//
// ids            the ids of all records end to end.
// ends           [records], the exclusive end of each record in `ids`, ascending; at most 2^24 ids a record.
// sums           [labels], scratch.
// logits         [labels], scratch.
// probabilities  [records, labels], overwritten; must overlap nothing.
void bk_linear_i8_classify(const bk_table *table, const bk_linear_i8 *model, const uint32_t *ids,
                           const ptrdiff_t *ends, size_t records, int32_t *sums, double *logits,
                           float *probabilities);

// probabilities = softmax(logits), by its own exp: the same bytes on every machine with IEEE 754 doubles.
//
// logits         [count], finite; overwritten by exp(logit - maximum).
// probabilities  [count], overwritten; sums to 1 within float rounding. `count` is 1 or more.
void bk_softmax_f64(double *logits, size_t count, float *probabilities);

// exp(x) for finite x <= 0, within 1e-11 relative above -700; 0 below that.
double bk_exp_f64(double x);

#endif
