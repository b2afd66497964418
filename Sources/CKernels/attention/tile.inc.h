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

// The left matrix lies in blocks of a vector of columns, [block][rows][BK_LANES], so that what is read for one k is at
// constant distances. This is where row i of the block that column k begins lies.
BK_INLINE float *bk_tile_run(float *blocks, size_t rows, size_t i, size_t k) {
    return blocks + k * rows + i * BK_LANES;
}

// sums = A * B, each sum over k in ascending order from 0 on. `rows` and `vectors` are constants at every call.
//
// a         blocks, as above.
// b         [count, b_stride], `vectors` vectors of columns.
//
// One flat loop: its end is the only branch to be predicted. It stays rolled, because compilers that unroll it put the
// additions to one sum, which wait for each other, side by side.
BK_INLINE void bk_multiply_tile(size_t rows, size_t vectors, const float *a, const float *b, size_t b_stride,
                                size_t count, bk_vf sums[BK_TILE_ROWS][2]) {
    BK_UNROLLED for (size_t i = 0; i < rows; i++) {
        BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
            sums[i][v] = (bk_vf){};
        }
    }
    _Pragma("clang loop unroll(disable)") for (size_t k = 0; k < count; k++) {
        size_t whole_blocks = k / BK_LANES * BK_LANES;
        const float *column = a + whole_blocks * (rows - 1) + k;
        bk_vf right[2];
        BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
            right[v] = bk_load(b + v * BK_LANES);
        }
        BK_UNROLLED for (size_t i = 0; i < rows; i++) {
            bk_vf left = bk_splat(column[i * BK_LANES]);
            BK_UNROLLED for (size_t v = 0; v < vectors; v++) {
                sums[i][v] = bk_fma(left, right[v], sums[i][v]);
            }
        }
        b += b_stride;
    }
}
