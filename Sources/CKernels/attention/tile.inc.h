// The product that attention is made of: a few rows of the left matrix by one or two vectors of columns of the right.
#include "../simd/lanes.h"

// The rows of a tile: as many as leave registers for two vectors of the right matrix and a splat.
#if BK_LANES == 16
#define BK_TILE_ROWS 14
#elif defined(__aarch64__)
#define BK_TILE_ROWS 12
#elif BK_HAS_FMA
#define BK_TILE_ROWS 6
#else
#define BK_TILE_ROWS 4
#endif

#define BK_TILE_COLUMNS (2 * BK_LANES)
#define BK_UNROLLED _Pragma("clang loop unroll(full)")

// The left matrix lies in blocks of BK_TILE_COLUMNS columns, [block][rows][BK_TILE_COLUMNS], so that what is read for
// one k is at constant distances. This is the first element of row i of the block that column k begins.
BK_INLINE float *bk_tile_run(float *blocks, size_t rows, size_t i, size_t k) {
    return blocks + k * rows + i * BK_TILE_COLUMNS;
}

// sums = A * B, each sum over k in ascending order from 0 on. `rows` and `vectors` are constants at every call.
//
// a         blocks, as above.
// b         [count, b_stride], `vectors` vectors of columns.
BK_INLINE void bk_multiply_tile(size_t rows, size_t vectors, const float *a, const float *b, size_t b_stride,
                                size_t count, bk_vf sums[BK_TILE_ROWS][2]) {
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = (bk_vf){};
        }
    }
    for (size_t first = 0; first < count; first += BK_TILE_COLUMNS) {
        size_t left = count - first < BK_TILE_COLUMNS ? count - first : BK_TILE_COLUMNS;
        for (size_t k = 0; k < left; k++) {
            bk_vf right[2];
            BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
                right[v] = bk_load(b + v * BK_LANES);
            }
            BK_UNROLLED for (size_t i = 0; i < rows; i++) {
                bk_vf factor = bk_splat(a[i * BK_TILE_COLUMNS + k]);
                BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
                    sums[i][v] = bk_fma(factor, right[v], sums[i][v]);
                }
            }
            b += b_stride;
        }
        a += rows * BK_TILE_COLUMNS;
    }
}
