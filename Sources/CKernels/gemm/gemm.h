// What the tiles of a matrix product and the loops around them share.
#ifndef BATCHD_GEMM_H
#define BATCHD_GEMM_H

#include "Matrix.h"

// Words of four bytes in a block of an activation row: one cache line.
#define BK_BLOCK_WORDS 16

// float32 numbers in a cache line.
#define BK_LINE_FLOATS 16

#define BK_TILE_ROWS_MAXIMUM 14
#define BK_TILE_BYTES_MAXIMUM (14 * 32 * 4)

// What a block fetches ahead.
#define BK_AHEAD_BYTES 256

// One tile of a product: so many rows of one activation panel times one weight panel, over a slice of k.
typedef struct bk_tile {
    const bk_gemm *product;
    const void *activations; // the slice's first block
    const void *weights;     // the slice's first block
    const void *ahead;       // where the next weights lie, to be fetched meanwhile; any address will do
    void *partial_sums;      // the tile's accumulators between slices
    size_t blocks;           // of the slice
    size_t ahead_blocks;     // how many of them fetch BK_AHEAD_BYTES each
    int is_first, is_last;   // slice of k
    int is_plain;            // whole columns go to C alone, without an activation
    size_t row;              // of the product, a multiple of the tile's rows
    size_t column;           // a multiple of the tile's columns
} bk_tile;

// The tiles of one kernel.
typedef struct bk_tile_family {
    uint32_t rows;
    uint32_t columns;
    uint32_t block_depth;        // k in a block
    uint32_t weight_block_bytes; // of a weight panel
    void (*tiles[BK_TILE_ROWS_MAXIMUM])(const bk_tile *tile); // by rows - 1
} bk_tile_family;

// Runs all tiles of a product in an order that the caches like.
void bk_gemm_run(const bk_tile_family *family, const bk_gemm *product);

#endif
