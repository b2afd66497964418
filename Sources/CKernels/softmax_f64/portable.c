#include <string.h>

#include "CKernels.h"

// A fused multiply-add rounds once where a product and a sum round twice; results must not depend on that.
#pragma STDC FP_CONTRACT OFF

double bk_exp_f64(double x) {
    if (!(x >= -700.0)) {
        return 0.0;
    }
    // x = k ln 2 + r with |r| <= ln 2 / 2; adding 1.5 * 2^52 rounds to the nearest integer.
    const double shift = 0x1.8p52;
    double k = (x * 0x1.71547652b82fep0 + shift) - shift;
    double r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33;
    // The Taylor series to r^11: its remainder is below 1e-14 on that interval.
    double sum = 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    sum = sum * r + 1.0;
    sum = sum * r + 1.0;
    uint64_t bits = (uint64_t)((int64_t)k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

void bk_softmax_f64(double *logits, size_t count, float *probabilities) {
    double largest = logits[0];
    for (size_t i = 1; i < count; i++) {
        largest = logits[i] > largest ? logits[i] : largest;
    }
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        logits[i] = bk_exp_f64(logits[i] - largest);
        sum += logits[i];
    }
    double inverse = 1.0 / sum;
    for (size_t i = 0; i < count; i++) {
        probabilities[i] = (float)(logits[i] * inverse);
    }
}
