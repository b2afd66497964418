// Runs the matrix products of every table the machine has against an oracle in double, for machines that exist only
// in an emulator. Prints a line for each kernel and exits with 1 at the first wrong number.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static uint64_t state = 1;

static double uniform(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 33) / (double)(1u << 30) - 1;
}

// From -127 to 127, and often one of these: sums of the largest numbers are the first that would not be exact.
static int integer(void) {
    double x = 1.3 * uniform();
    return (int)lrint((x > 1 ? 1 : x < -1 ? -1 : x) * 127);
}

// Exactly so many bytes, so that the address sanitizer sees one too many.
static void *allocate(size_t bytes) {
    void *memory = NULL;
    if (posix_memalign(&memory, 64, bytes ? bytes : 1)) {
        abort();
    }
    memset(memory, 0x5A, bytes);
    return memory;
}

static double activated(bk_activation activation, double x) {
    switch (activation) {
    case BK_IDENTITY: return x;
    case BK_GELU: return x * (1 + erf(x / sqrt(2))) / 2;
    case BK_GELU_TANH: return x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))) / 2;
    case BK_RELU: return x > 0 ? x : 0;
    case BK_SILU: return x / (1 + exp(-x));
    case BK_TANH: return tanh(x);
    }
    return x;
}

static float bfloat16(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000;
    memcpy(&x, &bits, 4);
    return x;
}

// A product with its operands as plain numbers beside the packed ones.
typedef struct problem {
    const bk_gemm_kernel *kernel;
    size_t m, n, k, stride;
    double *a, *b; // what the packed numbers are worth, [m, k] and [n, k]
    bk_gemm product;
} problem;

static size_t panel_place(const bk_panel_layout *layout, size_t columns, size_t i, size_t k) {
    size_t padded = (columns + layout->depth - 1) / layout->depth * layout->depth;
    return (i / layout->rows * (padded / layout->depth) + k / layout->depth) * layout->rows * layout->depth +
           i % layout->rows * layout->depth + k % layout->depth;
}

static double put_activation(const problem *p, size_t i, size_t k, const bk_row_scale *row, void *panels) {
    size_t at = panel_place(&p->kernel->activations, p->k, i, k);
    double x = uniform();
    int q = integer();
    switch (p->kernel->activations.format) {
    case BK_F32: ((float *)panels)[at] = (float)x; return (float)x;
    case BK_BF16: {
        float rounded = bfloat16((float)x);
        memcpy((uint16_t *)panels + at, (char *)&rounded + 2, 2);
        return rounded;
    }
    case BK_U8: ((uint8_t *)panels)[at] = (uint8_t)(q + 128); return (double)row->scale * (q + 128 - row->zero);
    case BK_U7:
        ((uint8_t *)panels)[at] = (uint8_t)((q + 128) / 2);
        return (double)row->scale * ((q + 128) / 2 - row->zero);
    case BK_S8: ((int8_t *)panels)[at] = (int8_t)q; return (double)row->scale * (q - row->zero);
    case BK_I16: ((int16_t *)panels)[at] = (int16_t)(2 * q); return (double)row->scale * (2 * q - row->zero);
    }
    return 0;
}

static void fill(problem *p) {
    const bk_gemm_kernel *kernel = p->kernel;
    size_t padded = (p->n + kernel->weight_columns - 1) / kernel->weight_columns * kernel->weight_columns;
    void *panels = allocate(bk_panel_bytes(&kernel->activations, p->m, p->k));
    memset(panels, 0, bk_panel_bytes(&kernel->activations, p->m, p->k));
    bk_row_scale *rows = allocate(p->m * sizeof *rows);
    float *bias = allocate(padded * 4), *scales = allocate(padded * 4);
    int32_t *sums = allocate(padded * 4);
    p->a = allocate(p->m * p->k * 8);
    p->b = allocate(p->n * p->k * 8);
    for (size_t i = 0; i < p->m; i++) {
        rows[i] = (bk_row_scale){(float)(0.01 + 0.005 * uniform()), (int32_t)(20 * uniform()) + 100};
        for (size_t k = 0; k < p->k; k++) {
            p->a[i * p->k + k] = put_activation(p, i, k, &rows[i], panels);
        }
    }
    void *packed = allocate(bk_packed_weight_bytes(kernel, p->n, p->k));
    float *weights = allocate(p->n * p->k * 4);
    int8_t *integers = allocate(p->n * p->k);
    memset(scales, 0, padded * 4);
    memset(bias, 0, padded * 4);
    int is_integer = kernel->weights == BK_WEIGHTS_S8 || kernel->weights == BK_WEIGHTS_I16;
    for (size_t j = 0; j < p->n; j++) {
        bias[j] = (float)uniform();
        scales[j] = (float)(0.01 + 0.005 * uniform());
        for (size_t k = 0; k < p->k; k++) {
            size_t at = j * p->k + k;
            float weight = (float)uniform();
            weights[at] = weight;
            integers[at] = (int8_t)integer();
            p->b[at] = is_integer ? (double)scales[j] * integers[at]
                       : kernel->weights == BK_WEIGHTS_F32 ? weight : bfloat16(weight);
        }
    }
    if (is_integer) {
        bk_pack_weights_i8(kernel, integers, p->n, p->k, packed, sums);
    } else {
        bk_pack_weights(kernel, weights, p->n, p->k, packed);
    }
    free(weights);
    free(integers);
    p->product = (bk_gemm){.m = p->m, .n = p->n, .k = p->k, .a = panels, .row_scales = rows, .b = packed,
                           .weight_scales = scales, .weight_sums = sums, .bias = bias};
}

static void discard(problem *p) {
    free((void *)p->product.a);
    free((void *)p->product.row_scales);
    free((void *)p->product.b);
    free((void *)p->product.weight_scales);
    free((void *)p->product.weight_sums);
    free((void *)p->product.bias);
    free(p->a);
    free(p->b);
}

static int fail(const char *what, const problem *p, size_t i, size_t j, double found, double expected) {
    printf("%s: m %zu n %zu k %zu, element (%zu, %zu) is %g, not %g\n", what, p->m, p->n, p->k, i, j, found, expected);
    return 1;
}

// A panel element as a number.
static double panel_value(const bk_panel_layout *layout, const void *panels, size_t at) {
    if (layout->format == BK_F32) {
        return ((const float *)panels)[at];
    }
    uint32_t bits = (uint32_t)((const uint16_t *)panels)[at] << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static int check(problem *p, bk_activation activation, int with_residual) {
    const bk_panel_layout *layout = &p->kernel->activations;
    int has_panels = layout->format == BK_F32 || layout->format == BK_BF16;
    size_t stride = p->n + 3;
    float *c = allocate(p->m * stride * 4), *residual = allocate(p->m * stride * 4);
    size_t panel_bytes = bk_panel_bytes(layout, p->m, p->n);
    char *panels = allocate(panel_bytes + 64);
    bk_gemm product = p->product;
    product.activation = activation;
    product.c = c;
    product.c_stride = stride;
    product.panels = has_panels ? panels : NULL;
    if (with_residual) {
        for (size_t at = 0; at < p->m * stride; at++) {
            residual[at] = (float)uniform();
        }
        product.residual = residual;
        product.residual_stride = stride;
    }
    p->kernel->multiply(&product);
    double coarse = p->kernel->activations.format == BK_F32 ? 2e-6 : 2e-4;
    int failed = 0;
    for (size_t i = 0; i < p->m && !failed; i++) {
        for (size_t j = 0; j < stride && !failed; j++) {
            float found = c[i * stride + j];
            if (j >= p->n) {
                uint32_t bits;
                memcpy(&bits, &found, 4);
                failed = bits != 0x5A5A5A5A && fail("guard", p, i, j, found, 0);
                continue;
            }
            double sum = product.bias[j], size = fabs(sum) + 1;
            for (size_t k = 0; k < p->k; k++) {
                sum += p->a[i * p->k + k] * p->b[j * p->k + k];
                size += fabs(p->a[i * p->k + k] * p->b[j * p->k + k]);
            }
            double expected = activated(activation, sum) + (with_residual ? residual[i * stride + j] : 0);
            double bound = (double)(p->k + 4) * 0x1p-24 * size * 1.2 + coarse * (activation != BK_IDENTITY);
            failed = !(fabs(found - expected) <= bound) && fail("value", p, i, j, found, expected);
            if (has_panels && !failed) {
                double value = panel_value(layout, panels, panel_place(layout, p->n, i, j));
                double exact = layout->format == BK_F32 ? found : bfloat16(found);
                failed = value != exact && fail("panel", p, i, j, value, exact);
            }
        }
        for (size_t j = p->n; has_panels && j % layout->depth && !failed; j++) {
            double value = panel_value(layout, panels, panel_place(layout, p->n, i, j));
            failed = value != 0 && fail("panel padding", p, i, j, value, 0);
        }
    }
    for (size_t at = panel_bytes; at < panel_bytes + 64 && !failed; at++) {
        failed = panels[at] != 0x5A && fail("panel guard", p, at, 0, panels[at], 0x5A);
    }
    free(c);
    free(residual);
    free(panels);
    return failed;
}

static int check_kernel(const bk_gemm_kernel *kernel) {
    size_t rows = kernel->activations.rows, columns = kernel->weight_columns, depth = kernel->activations.depth;
    size_t ms[] = {0, 1, 2, rows - 1, rows, rows + 1, 2 * rows + 3};
    size_t ns[] = {0, 1, columns - 1, columns, columns + 1, 2 * columns + 3};
    size_t ks[] = {0, 1, depth - 1, depth, depth + 1, 3 * depth + 5};
    for (size_t at = 0; at <= 7 * 6 * 6; at++) {
        problem p = {.kernel = kernel, .m = ms[at / 36 % 7], .n = ns[at / 6 % 6], .k = ks[at % 6]};
        if (at == 7 * 6 * 6) { // long enough for several slices of k, with a narrower tile at the end
            p = (problem){.kernel = kernel, .m = rows + 1, .n = columns + 1, .k = 40 * depth + 7};
        }
        fill(&p);
        int failed = 0;
        for (int activation = BK_IDENTITY; activation <= BK_TANH && !failed; activation++) {
            failed = check(&p, (bk_activation)activation, activation % 2);
        }
        discard(&p);
        if (failed) {
            return 1;
        }
    }
    return kernel->peak(10) != 20.0 * (double)(rows * columns * kernel->weight_group);
}

int main(void) {
    static const char *const precisions[] = {"float32", "bfloat16", "int8", "int8 narrow"};
    const bk_table *table;
    for (size_t t = 0; (table = bk_table_at(t)); t++) {
        for (int precision = 0; precision < BK_PRECISIONS; precision++) {
            int failed = check_kernel(table->gemm[precision]);
            printf("%s %s: %s\n", table->name, precisions[precision], failed ? "WRONG" : "ok");
            if (failed) {
                return 1;
            }
        }
    }
    return 0;
}
