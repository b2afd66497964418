// Attention of one head over one sequence, written once for every instruction set.
//
// Keys are transposed once; then a tile of queries after the other goes all the way: scores, softmax, product with the
// values. Its scores never leave L1 (L2 for thousands of tokens). Scores are in units of log2, the scale is 0 or more.
#include "../simd/exponential.h"
#include "../simd/transpose.h"
#include "attention.h"
#include "tile.inc.h"

// From this many tokens on, values are copied to where they lie side by side. Fewer stay in L1, wherever they lie.
#define BK_PACKED_VALUES_MINIMUM 192

// What the tiles of one call share. Vectors are stored through pointers that may point at anything, this included:
// loops that store have copies of what they need.
typedef struct bk_attention_work {
    const bk_attention *task;
    float *keys;            // [panels][width][BK_TILE_COLUMNS]
    float *query;           // a tile's queries, scaled, in blocks
    float *scores;          // a tile's scores, in blocks: [vectors][rows][BK_LANES]
    size_t vectors;         // of scores that hold a key
    const float *values;    // row 0, column 0
    size_t values_stride;   // from a row to the next
    size_t values_distance; // from a run of BK_TILE_COLUMNS columns to the next
} bk_attention_work;

// Transposes the keys. Behind the last one it is repeated to the end of its vector: it cannot change a maximum.
static void bk_pack_keys(const bk_attention_work *work) {
    const bk_attention *task = work->task;
    for (size_t vector = 0; vector < work->vectors; vector++) {
        const float *rows[BK_LANES];
        for (size_t r = 0; r < BK_LANES; r++) {
            size_t row = vector * BK_LANES + r;
            rows[r] = task->k + (row < task->length ? row : task->length - 1) * task->stride;
        }
        size_t width = task->width;
        float *to = work->keys + vector / 2 * width * BK_TILE_COLUMNS + vector % 2 * BK_LANES;
        for (size_t column = 0; column < width; column += 4) {
            bk_transpose_4(rows, column, to + column * BK_TILE_COLUMNS, BK_TILE_COLUMNS);
        }
    }
}

// Copies the values to [runs][length][BK_TILE_COLUMNS].
static void bk_pack_values(bk_attention_work *work, float *to) {
    const float *v = work->task->v;
    size_t stride = work->task->stride;
    size_t width = work->task->width;
    size_t length = work->task->length;
    for (size_t row = 0; row < length; row++) {
        for (size_t column = 0; column < width; column += BK_LANES) {
            float *run = to + (column / BK_TILE_COLUMNS * length + row) * BK_TILE_COLUMNS;
            bk_store(run + column % BK_TILE_COLUMNS, bk_load(v + row * stride + column));
        }
    }
    work->values = to;
    work->values_stride = BK_TILE_COLUMNS;
    work->values_distance = length * BK_TILE_COLUMNS;
}

BK_INLINE void bk_pack_queries(size_t rows, const bk_attention_work *work, const float *q) {
    float *query = work->query;
    size_t stride = work->task->stride;
    size_t width = work->task->width;
    bk_vf scale = bk_splat(work->task->scale * BK_LOG2_E);
    for (size_t column = 0; column < width; column += BK_LANES) {
        BK_UNROLLED for (size_t i = 0; i < rows; i++) {
            bk_store(bk_tile_run(query, rows, i, column), bk_load(q + i * stride + column) * scale);
        }
    }
}

// One or two vectors of keys.
BK_INLINE void bk_score_keys(size_t rows, size_t vectors, const bk_attention_work *work, size_t vector,
                             bk_vf maxima[BK_TILE_ROWS]) {
    size_t width = work->task->width;
    bk_vf sums[BK_TILE_ROWS][2];
    bk_multiply_tile(rows, vectors, work->query, work->keys + vector * width * BK_LANES, BK_TILE_COLUMNS, width, sums);
    float *scores = bk_tile_run(work->scores, rows, 0, vector * BK_LANES);
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
            bk_store(bk_tile_run(scores, rows, i, v * BK_LANES), sums[i][v]);
            maxima[i] = bk_max(sums[i][v], maxima[i]);
        }
    }
}

// Turns scores into powers. `maxima` holds each row's in every lane, and 1 / the sum of the powers afterwards.
BK_INLINE void bk_soften_tile(size_t rows, const bk_attention_work *work, bk_vf maxima[BK_TILE_ROWS]) {
    bk_vf sums[BK_TILE_ROWS] = {};
    size_t last = work->vectors - 1;
    float *run = work->scores;
    for (size_t vector = 0; vector < last; vector++) {
        BK_UNROLLED for (size_t i = 0; i < rows; i++) {
            bk_vf power = bk_exp2(bk_load(run + i * BK_LANES) - maxima[i]);
            bk_store(run + i * BK_LANES, power);
            sums[i] += power;
        }
        run += rows * BK_LANES;
    }
    bk_vi counted = bk_first_lanes(work->task->length - last * BK_LANES);
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        bk_vf power = bk_exp2(bk_load(run + i * BK_LANES) - maxima[i]);
        bk_store(run + i * BK_LANES, power);
        maxima[i] = 1 / bk_sum_lanes(sums[i] + bk_select(counted, power, (bk_vf){}));
    }
}

// One or two vectors of columns of the context.
BK_INLINE void bk_mix_values(size_t rows, size_t vectors, const bk_attention_work *work, size_t column,
                             const bk_vf factors[BK_TILE_ROWS], float *context) {
    const bk_attention *task = work->task;
    bk_vf sums[BK_TILE_ROWS][2];
    const float *values = work->values + column / BK_TILE_COLUMNS * work->values_distance;
    bk_multiply_tile(rows, vectors, work->scores, values, work->values_stride, task->length, sums);
    size_t stride = task->context_stride;
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
            bk_store(context + i * stride + column + v * BK_LANES, sums[i][v] * factors[i]);
        }
    }
}

// `rows` queries from row `first` on; `rows` is a constant at every call.
BK_INLINE void bk_attend_tile(size_t rows, const bk_attention_work *work, size_t first) {
    const bk_attention *task = work->task;
    bk_vf maxima[BK_TILE_ROWS];
    bk_pack_queries(rows, work, task->q + first * task->stride);
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        maxima[i] = bk_splat(-__builtin_inff());
    }
    size_t vector = 0;
    for (; vector + 2 <= work->vectors; vector += 2) {
        bk_score_keys(rows, 2, work, vector, maxima);
    }
    if (vector < work->vectors) {
        bk_score_keys(rows, 1, work, vector, maxima);
    }
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        maxima[i] = bk_max_lanes(maxima[i]);
    }
    bk_soften_tile(rows, work, maxima);
    float *context = task->context + first * task->context_stride;
    size_t column = 0;
    for (; column + BK_TILE_COLUMNS <= task->width; column += BK_TILE_COLUMNS) {
        bk_mix_values(rows, 2, work, column, maxima, context);
    }
    if (column < task->width) {
        bk_mix_values(rows, 1, work, column, maxima, context);
    }
}

#define BK_ATTEND_TILE(rows) \
    static void bk_attend_tile_##rows(const bk_attention_work *work, size_t first) { \
        bk_attend_tile(rows, work, first); \
    }
BK_ATTEND_TILE(1)
BK_ATTEND_TILE(2)
BK_ATTEND_TILE(3)
BK_ATTEND_TILE(4)
#if BK_TILE_ROWS > 4
BK_ATTEND_TILE(5)
BK_ATTEND_TILE(6)
#endif
#if BK_TILE_ROWS > 6
BK_ATTEND_TILE(7)
BK_ATTEND_TILE(8)
BK_ATTEND_TILE(9)
BK_ATTEND_TILE(10)
BK_ATTEND_TILE(11)
BK_ATTEND_TILE(12)
#endif
#if BK_TILE_ROWS > 12
BK_ATTEND_TILE(13)
BK_ATTEND_TILE(14)
#endif

static void (*const bk_attend_tiles[])(const bk_attention_work *work, size_t first) = {
    bk_attend_tile_1,  bk_attend_tile_2,  bk_attend_tile_3,  bk_attend_tile_4,
#if BK_TILE_ROWS > 4
    bk_attend_tile_5,  bk_attend_tile_6,
#endif
#if BK_TILE_ROWS > 6
    bk_attend_tile_7,  bk_attend_tile_8,  bk_attend_tile_9,
    bk_attend_tile_10, bk_attend_tile_11, bk_attend_tile_12,
#endif
#if BK_TILE_ROWS > 12
    bk_attend_tile_13, bk_attend_tile_14,
#endif
};

// Tiles of nearly equal heights: a tile of one row takes as long as one of several.
void BK_NAME(bk_attend)(const bk_attention *task) {
    if (task->length == 0) {
        return;
    }
    size_t vectors = (task->length + BK_LANES - 1) / BK_LANES;
    size_t columns = (vectors + 1) / 2 * BK_TILE_COLUMNS;
    float *query = task->scratch + columns * task->width;
    float *scores = query + BK_TILE_ROWS * task->width;
    bk_attention_work work = {
        .task = task,
        .keys = task->scratch,
        .query = query,
        .scores = scores,
        .vectors = vectors,
        .values = task->v,
        .values_stride = task->stride,
        .values_distance = BK_TILE_COLUMNS,
    };
    bk_pack_keys(&work);
    if (task->length >= BK_PACKED_VALUES_MINIMUM) {
        bk_pack_values(&work, scores + BK_TILE_ROWS * columns);
    }
    size_t tiles = (task->length + BK_TILE_ROWS - 1) / BK_TILE_ROWS;
    for (size_t tile = 0; tile < tiles; tile++) {
        size_t first = tile * task->length / tiles;
        size_t end = (tile + 1) * task->length / tiles;
        bk_attend_tiles[end - first - 1](&work, first);
    }
}
