// Stands for simd/avx512*.h on a processor without AVX-512: 64-byte vectors that the compiler makes of narrower ones,
// and the few instructions that have no spelling as vector arithmetic, from their definitions. Compile with -mavx2
// -mfma -mf16c; `BK_EMULATED` is the instruction set's name.
#include <stdint.h>
#define BK_VECTOR_BYTES 64
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 0
#define BK_PASTE_NAME(a, b) a##_##b
#define BK_PASTED_NAME(a, b) BK_PASTE_NAME(a, b)
#define BK_NAME(operation) BK_PASTED_NAME(operation, BK_EMULATED)
#pragma clang attribute push
#include "vector.h"

// Calls, since a tile has hundreds of each.
#define BK_CALLED static __attribute__((noinline, unused))

typedef float __m512 __attribute__((vector_size(64)));
typedef int64_t __m512i __attribute__((vector_size(64)));
typedef uint16_t __m512bh __attribute__((vector_size(64)));

BK_CALLED __m512i _mm512_madd_epi16(__m512i a, __m512i b) {
    int16_t x[32], y[32];
    int32_t sums[16];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    for (int i = 0; i < 16; i++) {
        sums[i] = x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1];
    }
    memcpy(&a, sums, sizeof a);
    return a;
}

BK_INLINE __m512i _mm512_set1_epi16(int16_t value) {
    uint16_t bits = (uint16_t)value;
    return (__m512i)bk_splat_i32((int32_t)(bits | (uint32_t)bits << 16));
}

// Unsigned bytes times signed bytes, each pair's sum saturated.
BK_CALLED __m512i _mm512_maddubs_epi16(__m512i a, __m512i b) {
    uint8_t x[64];
    int8_t y[64];
    int16_t sums[32];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    for (int i = 0; i < 32; i++) {
        int sum = x[2 * i] * y[2 * i] + x[2 * i + 1] * y[2 * i + 1];
        sums[i] = (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
    }
    memcpy(&a, sums, sizeof a);
    return a;
}

// Unsigned bytes times signed bytes.
BK_CALLED __m512i _mm512_dpbusd_epi32(__m512i sum, __m512i a, __m512i b) {
    uint8_t x[64];
    int8_t y[64];
    int32_t sums[16];
    memcpy(x, &a, sizeof a);
    memcpy(y, &b, sizeof b);
    memcpy(sums, &sum, sizeof sum);
    for (int i = 0; i < 64; i++) {
        sums[i / 4] += x[i] * y[i];
    }
    memcpy(&sum, sums, sizeof sum);
    return sum;
}

BK_INLINE float float_of_bfloat16(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

// The odd element of a pair is added first.
BK_CALLED __m512 _mm512_dpbf16_ps(__m512 sum, __m512bh a, __m512bh b) {
    for (int i = 0; i < 16; i++) {
        sum[i] += float_of_bfloat16(a[2 * i + 1]) * float_of_bfloat16(b[2 * i + 1]);
        sum[i] += float_of_bfloat16(a[2 * i]) * float_of_bfloat16(b[2 * i]);
    }
    return sum;
}

// The second operand goes to the lower half.
BK_CALLED __m512bh _mm512_cvtne2ps_pbh(__m512 high, __m512 low) {
    __m512bh elements;
    for (int i = 0; i < 32; i++) {
        float value = i < 16 ? low[i] : high[i - 16];
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        elements[i] = (uint16_t)(value != value ? (bits >> 16 | 0x40) : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }
    return elements;
}
