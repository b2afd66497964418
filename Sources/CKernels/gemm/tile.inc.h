// The matrix product's tile, written once for every precision and instruction set.
//
// Included in an instruction set's region, after these are defined:
//   BK_MR           rows of a tile
//   BK_NV           vectors in a row of a tile, so that a weight panel has BK_NV * BK_LANES columns
//   BK_ACCUMULATOR  bk_vf or bk_vi
//   BK_WORD         float or int32_t: four bytes of activations, whatever they hold
//   BK_WORD_VECTOR  a vector of them
//   BK_GROUP        multiply-adds of one step in one lane
//   BK_TILE_GELU    the GELU that is good enough for the precision
//   bk_step(acc, a, b)  the accumulator after one word of every lane
// and, where they apply, BK_SPLIT_WEIGHTS (BK_WEIGHTS_BF16_SPLIT), BK_INTEGER_SUMS (results are dequantised),
// BK_PINNED_WORDS (for a compiler that otherwise gathers words until it runs out of registers) and BK_PANEL_ELEMENT
// with bk_write_run(values, to), which writes 64 bytes of the next product's panels.
//
// A row of an activation panel's block is 16 words, so that all its addresses are constants off one pointer.
#include "gemm.h"
#include "register.h"

#define BK_NR (BK_NV * BK_LANES)
#define BK_UNROLLED _Pragma("clang loop unroll(full)")

typedef BK_WORD bk_word __attribute__((may_alias));
typedef BK_WORD_VECTOR bk_words_anywhere __attribute__((aligned(4), may_alias));

#ifdef BK_SPLIT_WEIGHTS
#define BK_WEIGHT_WORDS (BK_NR / 2)
#else
#define BK_WEIGHT_WORDS BK_NR
#endif

// One step's weights of all columns of the panel.
BK_INLINE void load_weights(const bk_word *b, BK_WORD_VECTOR *columns) {
#ifdef BK_SPLIT_WEIGHTS
    BK_UNROLLED for (int v = 0; v < BK_NV / 2; v++) {
        bk_vi words = *(const bk_vi_anywhere *)(b + v * BK_LANES);
        columns[v] = (bk_vf)(words << 16);
        columns[v + BK_NV / 2] = (bk_vf)(words & (int32_t)0xFFFF0000);
    }
#else
    BK_UNROLLED for (int v = 0; v < BK_NV; v++) {
        columns[v] = *(const bk_words_anywhere *)(b + v * BK_LANES);
    }
#endif
}

BK_INLINE void accumulate(const bk_tile *tile, const int rows, BK_ACCUMULATOR sums[BK_MR][BK_NV]) {
    const bk_word *a = tile->activations;
    const bk_word *b = tile->weights;
    const char *ahead = tile->ahead;
    for (size_t block = 0; block < tile->blocks; block++) {
        if (block < tile->ahead_blocks) {
            BK_UNROLLED for (int byte = 0; byte < BK_AHEAD_BYTES; byte += 64) {
                __builtin_prefetch(ahead + byte, 0, 2);
            }
            ahead += BK_AHEAD_BYTES;
        }
        BK_UNROLLED for (int k = 0; k < BK_BLOCK_WORDS; k++) {
            BK_WORD_VECTOR columns[BK_NV];
            load_weights(b + k * BK_WEIGHT_WORDS, columns);
            BK_UNROLLED for (int i = 0; i < rows; i++) {
                BK_WORD_VECTOR word = a[i * BK_BLOCK_WORDS + k] - (BK_WORD_VECTOR){};
#ifdef BK_PINNED_WORDS
                BK_IN_REGISTER(word);
#endif
                BK_UNROLLED for (int v = 0; v < BK_NV; v++) {
                    sums[i][v] = bk_step(sums[i][v], word, columns[v]);
                }
            }
        }
        a += BK_MR * BK_BLOCK_WORDS;
        b += BK_BLOCK_WORDS * BK_WEIGHT_WORDS;
    }
}

#include "finish.inc.h"

BK_INLINE void run_tile(const bk_tile *tile, const int rows) {
    BK_ACCUMULATOR sums[BK_MR][BK_NV] = {};
    BK_ACCUMULATOR *partial = tile->partial_sums;
    if (!tile->is_first) {
        BK_UNROLLED for (int at = 0; at < rows * BK_NV; at++) {
            sums[at / BK_NV][at % BK_NV] = partial[at];
        }
    }
    if (tile->is_last) {
        fetch_results(tile, rows);
    }
    accumulate(tile, rows, sums);
    if (!tile->is_last) {
        BK_UNROLLED for (int at = 0; at < rows * BK_NV; at++) {
            partial[at] = sums[at / BK_NV][at % BK_NV];
        }
        return;
    }
    if (tile->is_plain) {
        BK_UNROLLED for (int i = 0; i < rows; i++) {
            store_plain_row(tile, i, sums[i]);
        }
        return;
    }
    float values[BK_MR * BK_NR] __attribute__((aligned(64)));
    BK_UNROLLED for (int i = 0; i < rows; i++) {
        BK_UNROLLED for (int v = 0; v < BK_NV; v++) {
            bk_store(values + i * BK_NR + v * BK_LANES, settled(tile, i, v, sums[i][v]));
        }
    }
    finish(tile, rows, values);
}

#define BK_TILE(rows) \
    static void tile_##rows(const bk_tile *tile) { run_tile(tile, rows); }
#define BK_TILES_2 BK_TILE(1) BK_TILE(2)
#define BK_TILES_4 BK_TILES_2 BK_TILE(3) BK_TILE(4)
#define BK_TILES_5 BK_TILES_4 BK_TILE(5)
#define BK_TILES_6 BK_TILES_5 BK_TILE(6)
#define BK_TILES_12 BK_TILES_6 BK_TILE(7) BK_TILE(8) BK_TILE(9) BK_TILE(10) BK_TILE(11) BK_TILE(12)
#define BK_TILES_14 BK_TILES_12 BK_TILE(13) BK_TILE(14)
#define BK_NAMES_2 tile_1, tile_2
#define BK_NAMES_4 BK_NAMES_2, tile_3, tile_4
#define BK_NAMES_5 BK_NAMES_4, tile_5
#define BK_NAMES_6 BK_NAMES_5, tile_6
#define BK_NAMES_12 BK_NAMES_6, tile_7, tile_8, tile_9, tile_10, tile_11, tile_12
#define BK_NAMES_14 BK_NAMES_12, tile_13, tile_14
#define BK_PASTE(a, b) a##b
#define BK_OF_ROWS(name, rows) BK_PASTE(name, rows)

BK_OF_ROWS(BK_TILES_, BK_MR)

static const bk_tile_family family = {
    .rows = BK_MR,
    .columns = BK_NR,
    .block_depth = BK_BLOCK_WORDS * BK_GROUP,
    .weight_block_bytes = BK_BLOCK_WORDS * BK_WEIGHT_WORDS * 4,
    .tiles = {BK_OF_ROWS(BK_NAMES_, BK_MR)},
};

static void multiply(const bk_gemm *product) { bk_gemm_run(&family, product); }

#include "peak.inc.h"
