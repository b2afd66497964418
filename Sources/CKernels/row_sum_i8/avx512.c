#if defined(__x86_64__)
#include <immintrin.h>

#include "row_sum_i8.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

// At most sixty-four columns from `first` on, in four registers.
static void sum_64(const int8_t *rows, size_t columns, size_t first, const uint32_t *ids, size_t count,
                   int32_t *sums) {
    size_t wanted = columns - first < 64 ? columns - first : 64;
    __mmask16 mask[4];
    __m512i s[4];
    for (int v = 0; v < 4; v++) {
        size_t before = (size_t)v * 16;
        size_t lanes = wanted <= before ? 0 : wanted - before;
        mask[v] = lanes >= 16 ? 0xFFFF : (__mmask16)((1u << lanes) - 1);
        s[v] = _mm512_setzero_si512();
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + (size_t)ids[i] * columns + first;
        for (int v = 0; v < 4; v++) {
            s[v] = _mm512_add_epi32(s[v], _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(mask[v], row + 16 * v)));
        }
    }
    for (int v = 0; v < 4; v++) {
        _mm512_mask_storeu_epi32(sums + first + 16 * v, mask[v], s[v]);
    }
}

// Narrow rows gain nothing from wide registers.
void bk_row_sum_i8_avx512(const int8_t *rows, size_t columns, const uint32_t *ids, size_t count, int32_t *sums) {
    if (columns <= 8) {
        bk_row_sum_i8_avx2(rows, columns, ids, count, sums);
        return;
    }
    for (size_t first = 0; first < columns; first += 64) {
        sum_64(rows, columns, first, ids, count, sums);
    }
}

#pragma clang attribute pop
#else
typedef int bk_row_sum_i8_avx512_not_here;
#endif
