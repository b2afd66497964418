// How the numbers of a row become integers: the same operations in the same order on every instruction set.
//
// q = clamp(round(x * reciprocal) + zero, 0, largest), to nearest even, where scale = (high - low) / largest and
// zero = round(-low * reciprocal); low and high are of the row and of 0. The largest q depends on the format.
#include <float.h>

#include "../simd/lanes.h"

// Added to a number below 2^22 in magnitude, it leaves the number rounded to an integer in the low bits.
#define BK_ROUNDING_NUMBER 12582912.0f // 1.5 * 2^23

typedef struct bk_quantiser {
    float scale;
    float reciprocal;
    int32_t zero;
    int32_t largest;
} bk_quantiser;

// A vector of a row, all of it inside.
BK_INLINE bk_vf bk_scaled_vector(const float *x, const float *column_scales, size_t column) {
    bk_vf v = bk_load(x + column);
    return column_scales ? v * bk_load(column_scales + column) : v;
}

// A vector of a row, 0 behind its end.
BK_INLINE bk_vf bk_scaled_columns(const float *x, const float *column_scales, size_t column, size_t n) {
    bk_vf v = bk_load_columns(x, column, n);
    return column_scales ? v * bk_load_columns(column_scales, column, n) : v;
}

// `v` rounded, plus `addend`.
BK_INLINE bk_vi bk_round_to_int(bk_vf v, int32_t addend) {
    const int32_t rounding_bits = 0x4B400000;
    bk_vf shifted = v + BK_ROUNDING_NUMBER;
    return bk_bits(shifted) + (addend - rounding_bits);
}

// Of a row of zeros the scale is 1. A range too small for a normal scale gets the smallest one, so that its reciprocal
// is finite; a range that overflows is treated as infinite.
BK_INLINE bk_quantiser bk_quantiser_of_range(float low, float high, int32_t largest) {
    float range = high - low;
    bk_quantiser quantiser = {.scale = range == 0 ? 1 : range / (float)largest, .largest = largest};
    if (quantiser.scale < FLT_MIN) {
        quantiser.scale = FLT_MIN;
    }
    quantiser.reciprocal = 1 / quantiser.scale;
    int32_t zero = bk_round_to_int(bk_splat(-low * quantiser.reciprocal), 0)[0];
    quantiser.zero = zero < 0 ? 0 : zero > largest ? largest : zero; // any number, where low is infinite
    return quantiser;
}

typedef struct bk_range {
    bk_vf low;
    bk_vf high;
    bk_vi taint; // 0, or NaN's bits from the first NaN or infinity on
} bk_range;

BK_INLINE void bk_widen_range(bk_range *range, bk_vf v) {
    range->low = bk_min(v, range->low);
    range->high = bk_max(v, range->high);
    range->taint |= bk_bits(v - v);
}

BK_INLINE bk_quantiser bk_quantiser_of_row(const float *x, const float *column_scales, size_t n, int32_t largest) {
    bk_range range = {};
    size_t column = 0;
    for (; column + BK_LANES <= n; column += BK_LANES) {
        bk_widen_range(&range, bk_scaled_vector(x, column_scales, column));
    }
    if (column < n) {
        bk_widen_range(&range, bk_scaled_columns(x, column_scales, column, n));
    }
    bk_quantiser quantiser = bk_quantiser_of_range(bk_min_lanes(range.low)[0], bk_max_lanes(range.high)[0], largest);
    quantiser.scale += bk_sum_lanes(bk_float_of_bits(range.taint))[0] + quantiser.scale * 0;
    return quantiser;
}

// q - offset.
BK_INLINE bk_vi bk_quantised(bk_vf v, const bk_quantiser *quantiser, int32_t offset) {
    bk_vf multiple = v * quantiser->reciprocal;
    bk_vi q = bk_round_to_int(multiple, quantiser->zero - offset);
    q = __builtin_elementwise_max(q, bk_splat_i32(-offset));
    return __builtin_elementwise_min(q, bk_splat_i32(quantiser->largest - offset));
}
