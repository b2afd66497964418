// What the tiles of a matrix product and the loops around them share.
#ifndef BATCHD_GEMM_H
#define BATCHD_GEMM_H

#include "Matrix.h"

// Words of four bytes in a block of an activation row: one cache line.
#define BK_BLOCK_WORDS 16

#define BK_TILE_ROWS_MAXIMUM 14

// One tile of a product: so many rows of one activation panel times one weight panel.
typedef struct bk_tile {
    const bk_gemm *product;
    const void *activations; // the panel's first block
    const void *weights;     // the panel's first block
    const void *ahead;       // where the next weights lie, to be fetched meanwhile; any address will do
    size_t blocks;           // along k
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
