// Powers of two. Included after an instruction set's header.
//
// exp(x) is bk_exp2(x * log2(e)): the product's rounding changes exp(x) by |x| * 2^-24 of itself, as the rounding of x
// does.
#ifndef BATCHD_EXPONENTIAL_H
#define BATCHD_EXPONENTIAL_H

#define BK_LOG2_E 1.44269504f

// 2^t for t in [-125, 127], within 1 unit in the last place (1.2 without fused multiply-add); 2^-125 below that, NaN of
// NaN.
//
// t is split into an integer, which goes to the exponent, and the rest, in [-1/2, 1/2], whose power is a polynomial:
// minimax of relative error 2e-9 with an exact constant term.
BK_INLINE bk_vf bk_exp2(bk_vf t) {
    const float to_integer = 12582912.0f; // 1.5 * 2^23: what is added to it is rounded to an integer
    t = bk_max(bk_splat(-125), t);
    bk_vf shifted = t + to_integer;
    bk_vf whole = shifted - to_integer;
    bk_vf rest = t - whole;
    bk_vf p = bk_splat(0x1.41fbbcp-13f);
    p = bk_fma(p, rest, bk_splat(0x1.5f3e54p-10f));
    p = bk_fma(p, rest, bk_splat(0x1.3b2d4cp-7f));
    p = bk_fma(p, rest, bk_splat(0x1.c6aee8p-5f));
    p = bk_fma(p, rest, bk_splat(0x1.ebfbdcp-3f));
    p = bk_fma(p, rest, bk_splat(0x1.62e430p-1f));
    p = bk_fma(p, rest, bk_splat(1));
    return bk_float_of_bits(bk_bits(p) + (bk_bits(shifted) << 23));
}

#endif
