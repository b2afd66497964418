#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "row_sum_i8.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

// Four bytes of a row widened to four sums; of a narrower row the upper sums are of its neighbours and unused.
static inline __m128i widen_4(const int8_t *row) {
    int32_t bytes;
    memcpy(&bytes, row, sizeof bytes);
    return _mm_cvtepi8_epi32(_mm_cvtsi32_si128(bytes));
}

static inline __m256i widen_8(const int8_t *row) {
    return _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)row));
}

// Rows of at most four columns. `columns` is a constant at every call, so that the address is a shift or two.
static inline __attribute__((always_inline)) void sum_narrow(const int8_t *rows, size_t columns, const uint32_t *ids,
                                                             size_t count, int32_t *sums) {
    __m128i a = _mm_setzero_si128();
    __m128i b = _mm_setzero_si128();
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a = _mm_add_epi32(a, widen_4(rows + (size_t)ids[i] * columns));
        b = _mm_add_epi32(b, widen_4(rows + (size_t)ids[i + 1] * columns));
        a = _mm_add_epi32(a, widen_4(rows + (size_t)ids[i + 2] * columns));
        b = _mm_add_epi32(b, widen_4(rows + (size_t)ids[i + 3] * columns));
    }
    for (; i < count; i++) {
        a = _mm_add_epi32(a, widen_4(rows + (size_t)ids[i] * columns));
    }
    int32_t lanes[4];
    _mm_storeu_si128((__m128i *)lanes, _mm_add_epi32(a, b));
    memcpy(sums, lanes, columns * sizeof *sums);
}

// Thirty-two columns from `first` on, in four registers.
static void sum_32(const int8_t *rows, size_t columns, size_t first, const uint32_t *ids, size_t count,
                   int32_t *sums) {
    __m256i s[4];
    for (int v = 0; v < 4; v++) {
        s[v] = _mm256_setzero_si256();
    }
    for (size_t i = 0; i < count; i++) {
        const int8_t *row = rows + (size_t)ids[i] * columns + first;
        for (int v = 0; v < 4; v++) {
            s[v] = _mm256_add_epi32(s[v], widen_8(row + 8 * v));
        }
    }
    for (int v = 0; v < 4; v++) {
        _mm256_storeu_si256((__m256i *)(sums + first + 8 * v), s[v]);
    }
}

// At most eight columns from `first` on.
static void sum_8(const int8_t *rows, size_t columns, size_t first, const uint32_t *ids, size_t count,
                  int32_t *sums) {
    __m256i s = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i++) {
        s = _mm256_add_epi32(s, widen_8(rows + (size_t)ids[i] * columns + first));
    }
    int32_t lanes[8];
    _mm256_storeu_si256((__m256i *)lanes, s);
    size_t wanted = columns - first < 8 ? columns - first : 8;
    memcpy(sums + first, lanes, wanted * sizeof *sums);
}

void bk_row_sum_i8_avx2(const int8_t *rows, size_t columns, const uint32_t *ids, size_t count, int32_t *sums) {
    switch (columns) {
    case 1: sum_narrow(rows, 1, ids, count, sums); return;
    case 2: sum_narrow(rows, 2, ids, count, sums); return;
    case 3: sum_narrow(rows, 3, ids, count, sums); return;
    case 4: sum_narrow(rows, 4, ids, count, sums); return;
    default: break;
    }
    size_t first = 0;
    for (; first + 32 <= columns; first += 32) {
        sum_32(rows, columns, first, ids, count, sums);
    }
    for (; first < columns; first += 8) {
        sum_8(rows, columns, first, ids, count, sums);
    }
}

#pragma clang attribute pop
#else
typedef int bk_row_sum_i8_avx2_not_here;
#endif
