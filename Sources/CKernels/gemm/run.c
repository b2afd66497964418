// The order of a product's tiles.
#include "gemm.h"

#include <unistd.h>

// Half of the second-level cache is for activations: the other half is for weights on their way through and results.
static size_t activation_bytes(void) {
    static _Atomic size_t cached;
    size_t bytes = cached;
    if (bytes == 0) {
#ifdef _SC_LEVEL2_CACHE_SIZE
        long reported = sysconf(_SC_LEVEL2_CACHE_SIZE);
#else
        long reported = 0;
#endif
        bytes = reported > 0 ? (size_t)reported / 2 : 256 << 10;
        cached = bytes;
    }
    return bytes;
}

static size_t minimum(size_t a, size_t b) { return a < b ? a : b; }

// All tiles of some activation panels with one weight panel after another: the weights stream, and while a panel of
// them is used the next is fetched, each tile its share.
static void run_rows(const bk_tile_family *family, const bk_gemm *product, size_t blocks, size_t first, size_t end) {
    size_t row_bytes = family->rows * blocks * BK_BLOCK_WORDS * 4;
    size_t weight_bytes = blocks * family->weight_block_bytes;
    bk_tile tile = {.product = product, .weights = product->b, .blocks = blocks};
    for (tile.column = 0; tile.column < product->n; tile.column += family->columns) {
        const char *next = (const char *)tile.weights + weight_bytes;
        tile.ahead = next;
        for (tile.row = first; tile.row < end; tile.row += family->rows) {
            tile.activations = (const char *)product->a + tile.row / family->rows * row_bytes;
            family->tiles[minimum(product->m - tile.row, family->rows) - 1](&tile);
            tile.ahead = (const char *)tile.ahead + blocks * 64;
        }
        tile.weights = next;
    }
}

void bk_gemm_run(const bk_tile_family *family, const bk_gemm *product) {
    size_t blocks = (product->k + family->block_depth - 1) / family->block_depth;
    size_t row_bytes = family->rows * blocks * BK_BLOCK_WORDS * 4;
    size_t panels = row_bytes == 0 ? 1 : activation_bytes() / row_bytes;
    size_t rows = family->rows * (panels < 8 ? 8 : panels);
    for (size_t first = 0; first < product->m; first += rows) {
        run_rows(family, product, blocks, first, minimum(product->m, first + rows));
    }
}
