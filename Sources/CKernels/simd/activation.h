// Activations of vectors, for an instruction set's region. NaN gives NaN.
#ifndef BATCHD_ACTIVATION_H
#define BATCHD_ACTIVATION_H

#include "exponential.h"

// values[0] + t * values[1] + t^2 * values[2] + ..., `count` of them.
BK_INLINE bk_vf bk_polynomial(bk_vf t, const float *values, const int count) {
    bk_vf sum = bk_splat(values[count - 1]);
    _Pragma("clang loop unroll(full)") for (int i = count - 2; i >= 0; i--) {
        sum = bk_fma(sum, t, bk_splat(values[i]));
    }
    return sum;
}

BK_INLINE bk_vf bk_relu(bk_vf x) { return bk_max((bk_vf){}, x); }

// x * (1 + erf(x / sqrt(2))) / 2 as max(x, 0) - u * P(t), where u = |x| below `limit`, t maps u to -1...1 and P is the
// minimax polynomial of u's upper tail of the normal distribution, weighted by u. Minus infinity gives its limit.
BK_INLINE bk_vf bk_gelu_with(bk_vf x, float limit, const float *tail, const int count) {
    bk_vf u = bk_min(bk_splat(limit), bk_abs(x));
    bk_vf t = bk_fma(u, bk_splat(2 / limit), bk_splat(-1));
    return bk_fma(-u, bk_polynomial(t, tail, count), bk_relu(x));
}

// Within 8.1e-7 of GELU.
BK_INLINE bk_vf bk_gelu(bk_vf x) {
    static const float tail[] = {5.386315752e-03f,  -3.939430043e-02f, 1.280640513e-01f,  -2.349745184e-01f,
                                 2.435368448e-01f,  -8.673028648e-02f, -1.197722554e-01f, 1.755577922e-01f,
                                 -5.001139268e-02f, -7.076929510e-02f, 5.851395056e-02f,  2.083530184e-03f,
                                 -1.573291980e-02f, 4.242552910e-03f};
    return bk_gelu_with(x, 5.1f, tail, 14);
}

// Within 1.3e-4 of GELU, for results that are rounded to eight bits anyway.
BK_INLINE bk_vf bk_gelu_coarse(bk_vf x) {
    static const float tail[] = {2.271184325e-02f, -1.083839238e-01f, 2.180139571e-01f,  -2.119602859e-01f,
                                 5.611621588e-02f, 6.577320397e-02f,  -4.850234464e-02f, 6.232414860e-03f};
    return bk_gelu_with(x, 4.0f, tail, 8);
}

// exp(x); infinity from 88.03 on, exp(-86.6) below that.
BK_INLINE bk_vf bk_exp(bk_vf x) {
    bk_vf t = x * BK_LOG2_E;
    return bk_select(t > 127, bk_splat(__builtin_inff()), bk_exp2(bk_min(bk_splat(127), t)));
}

// x / (1 + exp(-x)).
BK_INLINE bk_vf bk_silu(bk_vf x) { return x / (1 + bk_exp(-x)); }

// x * (1 + tanh(y)) / 2 = x / (1 + exp(-2 y)) with y = sqrt(2 / pi) * (x + 0.044715 x^3).
BK_INLINE bk_vf bk_gelu_tanh(bk_vf x) {
    bk_vf factor = bk_fma(x * x, bk_splat(-7.135481627e-02f), bk_splat(-1.595769122f));
    return x / (1 + bk_exp(x * factor));
}

// By its series near 0, where the difference from 1 would lose digits.
BK_INLINE bk_vf bk_tanh(bk_vf x) {
    static const float series[] = {1.0f, -3.333333333e-01f, 1.333333333e-01f, -5.396825397e-02f};
    bk_vf near = x * bk_polynomial(x * x, series, 4);
    bk_vf far = 1 - 2 / (1 + bk_exp(x + x));
    return bk_select(bk_abs(x) < bk_splat(0.2f), near, far);
}

#endif
