// The order of a product's tiles.
//
// Outermost are blocks of rows whose activations stay in the second-level cache; then weight panels, which stream;
// then slices of k whose weights stay in the first-level cache; innermost the tiles of the rows. A tile's sums wait
// in memory between slices, exactly, so that slices change no result.
#include "gemm.h"

#include <unistd.h>

// What is reported below this is no cache: some virtual machines report a byte.
#define CACHE_BYTES_MINIMUM 4096
#define ROW_BLOCK_TILES_MAXIMUM 32
#define ROW_BLOCK_TILES_MINIMUM 4

static size_t minimum(size_t a, size_t b) { return a < b ? a : b; }
static size_t divide_up(size_t a, size_t b) { return (a + b - 1) / b; }

static size_t cache_bytes(int name, size_t usual) {
    long reported = name < 0 ? 0 : sysconf(name);
    return reported >= CACHE_BYTES_MINIMUM ? (size_t)reported : usual;
}

// What of the caches a product may fill.
typedef struct budget {
    size_t weight_bytes;     // half of the first level
    size_t activation_bytes; // three quarters of the second level
} budget;

static budget machine_budget(void) {
    static _Atomic size_t first, second;
    if (first == 0) {
#ifdef _SC_LEVEL2_CACHE_SIZE
        second = cache_bytes(_SC_LEVEL2_CACHE_SIZE, 512 << 10);
        first = cache_bytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
#else
        second = 512 << 10;
        first = 32 << 10;
#endif
    }
    return (budget){first / 2, second / 4 * 3};
}

// All tiles of one row block with one weight panel, slice by slice. While a slice is used the next is fetched, each
// tile its share.
static void run_panel(const bk_tile_family *family, bk_tile *tile, size_t first, size_t end, size_t blocks,
                      size_t slice) {
    const char *weights = tile->weights;
    size_t block_bytes = family->rows * BK_BLOCK_WORDS * 4;
    size_t tiles = divide_up(end - first, family->rows);
    size_t at = 0;
    do {
        tile->blocks = minimum(slice, blocks - at);
        tile->weights = weights + at * family->weight_block_bytes;
        tile->is_first = at == 0;
        tile->is_last = at + tile->blocks == blocks;
        size_t share = divide_up(tile->blocks * family->weight_block_bytes, tiles * BK_AHEAD_BYTES);
        tile->ahead = (const char *)tile->weights + tile->blocks * family->weight_block_bytes;
        tile->ahead_blocks = share;
        char *sums = tile->partial_sums;
        for (tile->row = first; tile->row < end; tile->row += family->rows) {
            tile->activations =
                (const char *)tile->product->a + (tile->row / family->rows * blocks + at) * block_bytes;
            family->tiles[minimum(end - tile->row, family->rows) - 1](tile);
            tile->ahead = (const char *)tile->ahead + share * BK_AHEAD_BYTES;
            tile->partial_sums = (char *)tile->partial_sums + family->rows * family->columns * 4;
        }
        tile->partial_sums = sums;
        at += tile->blocks;
    } while (at < blocks);
    tile->weights = weights + blocks * family->weight_block_bytes;
}

void bk_gemm_run(const bk_tile_family *family, const bk_gemm *product) {
    budget budget = machine_budget();
    char sums[ROW_BLOCK_TILES_MAXIMUM * BK_TILE_BYTES_MAXIMUM] __attribute__((aligned(64)));
    size_t blocks = divide_up(product->k, family->block_depth);
    size_t slices = divide_up(blocks * family->weight_block_bytes, budget.weight_bytes);
    size_t slice = slices == 0 ? 0 : divide_up(blocks, slices);
    size_t tiles = budget.activation_bytes / (family->rows * (blocks + 1) * BK_BLOCK_WORDS * 4);
    tiles = tiles < ROW_BLOCK_TILES_MINIMUM ? ROW_BLOCK_TILES_MINIMUM : minimum(tiles, ROW_BLOCK_TILES_MAXIMUM);
    int is_plain = product->activation == BK_IDENTITY && product->c != NULL && product->panels == NULL;
    for (size_t first = 0; first < product->m; first += tiles * family->rows) {
        size_t end = minimum(product->m, first + tiles * family->rows);
        bk_tile tile = {.product = product, .weights = product->b, .partial_sums = sums};
        for (tile.column = 0; tile.column < product->n; tile.column += family->columns) {
            tile.is_plain = is_plain && tile.column + family->columns <= product->n;
            run_panel(family, &tile, first, end, blocks, slice);
        }
    }
}
