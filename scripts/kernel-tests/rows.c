// Row kernels of one instruction set against the definitions in double precision. Needs no C library, so that it runs
// under an emulator of another processor as well.
//
// Compile with -DISA=avx2 (portable, avx512, neon), together with the kernels' files of that set, the portable
// softmax (for its exp), attention/scratch.c and pack_rows/panel_bytes.c. Ends with 0 where everything agrees.
// With the address sanitizer it needs a C library, and nothing behind the numbers of an array may be touched.
#include "CKernels.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define KERNEL(operation) JOIN(operation, ISA)

void KERNEL(bk_embed)(const bk_embedding *embedding);
void KERNEL(bk_layer_norm)(const bk_layer_norm *norm, const bk_panels *panels);
void KERNEL(bk_pack_rows)(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);
void KERNEL(bk_attend)(const bk_attention *attention);

#define GUARD 12345.0f
#define FLOATS 1200000

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOSTED 1
#include <sanitizer/asan_interface.h>
#endif
#endif

static float input[FLOATS], output[FLOATS], weights[FLOATS];
static _Alignas(64) float scratch[FLOATS];
static int failures;

static long system_call(long number, long a, long b, long c) {
#if defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#else
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
#endif
}
#if defined(__aarch64__)
enum { WRITE = 64, EXIT = 93 };
#else
enum { WRITE = 1, EXIT = 60 };
#endif

static void print(const char *text) {
    size_t count = 0;
    while (text[count]) {
        count++;
    }
    system_call(WRITE, 1, (long)text, (long)count);
}

static void print_number(size_t number) {
    char digits[24];
    char *digit = digits + sizeof digits;
    *--digit = 0;
    do {
        *--digit = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    print(" ");
    print(digit);
}

static void expect(int is_true, const char *what, size_t a, size_t b, size_t c) {
    if (is_true) {
        return;
    }
    failures++;
    print(what);
    print_number(a);
    print_number(b);
    print_number(c);
    print("\n");
}

static uint64_t state = 1;
static float next(float magnitude) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return magnitude * ((float)(int32_t)(state >> 32) / 2147483648.0f);
}
// Leaves an array of FLOATS with its first bytes only.
static void fence(float *array, size_t bytes) {
#if HOSTED
    ASAN_UNPOISON_MEMORY_REGION(array, sizeof input);
    ASAN_POISON_MEMORY_REGION((char *)array + bytes, sizeof input - bytes);
#else
    (void)array, (void)bytes;
#endif
}
static void fill(float *to, size_t count, float magnitude) {
    fence(to, count * sizeof *to);
    for (size_t i = 0; i < count; i++) {
        to[i] = next(magnitude);
    }
}
static void guard(float *to, size_t count) {
    fence(to, count * sizeof *to);
    for (size_t i = 0; i < count; i++) {
        to[i] = GUARD;
    }
}

static double magnitude(double x) { return x < 0 ? -x : x; }
// exp of any number up to 700.
static double power(double x) { return x > 0 ? 1 / bk_exp_f64(-x) : bk_exp_f64(x); }

static void test_attention(size_t length, size_t width, float spread) {
    size_t stride = 3 * width + 5;
    size_t context_stride = width + 3;
    static double scores[1024];
    fill(input, length * stride, spread);
    guard(output, length * context_stride + 16);
    bk_attention task = {input, input + width, input + 2 * width, stride, length, width, 0.2f,
                         output + 8, context_stride, scratch};
    fence(scratch, bk_attention_scratch_floats(length, width) * sizeof *scratch);
    KERNEL(bk_attend)(&task);
    for (size_t i = 0; i < length; i++) {
        double maximum = -1e300, sum = 0;
        for (size_t j = 0; j < length; j++) {
            scores[j] = 0;
            for (size_t c = 0; c < width; c++) {
                scores[j] += (double)input[i * stride + c] * (double)input[j * stride + width + c];
            }
            scores[j] *= (double)task.scale;
            maximum = scores[j] > maximum ? scores[j] : maximum;
        }
        for (size_t j = 0; j < length; j++) {
            scores[j] = power(scores[j] - maximum);
            sum += scores[j];
        }
        // Each score is off by the rounding of its products, each power by as much as its score.
        double score_error = ((double)width + 8) * 6e-8 * (double)(spread * spread) * (double)width * 0.2;
        double tolerance = (double)spread * (2 * score_error + ((double)length + 16) * 6e-8);
        for (size_t c = 0; c < width; c++) {
            double wanted = 0;
            for (size_t j = 0; j < length; j++) {
                wanted += scores[j] / sum * (double)input[j * stride + 2 * width + c];
            }
            double got = (double)output[8 + i * context_stride + c];
            expect(magnitude(got - wanted) <= tolerance, "attention: length, width, row", length, width, i);
        }
        for (size_t c = width; c < context_stride; c++) {
            expect(output[8 + i * context_stride + c] == GUARD, "attention guard", length, width, i);
        }
    }
    for (size_t i = 0; i < 8; i++) {
        expect(output[i] == GUARD, "attention guard before", length, width, i);
    }
}

static double stored(const bk_panels *panels, size_t row, size_t column, size_t n) {
    const bk_panel_layout *layout = &panels->layout;
    size_t columns = (n + layout->depth - 1) / layout->depth * layout->depth;
    size_t index = (row / layout->rows * (columns / layout->depth) + column / layout->depth) * layout->rows *
                       layout->depth +
                   row % layout->rows * layout->depth + column % layout->depth;
    const char *bytes = (const char *)panels->elements + index * layout->element_bytes;
    double scale = layout->format >= BK_U8 ? (double)panels->row_scales[row].scale : 1;
    double zero = layout->format >= BK_U8 ? panels->row_scales[row].zero : 0;
    switch (layout->format) {
    case BK_F32: return (double)*(const float *)bytes;
    case BK_BF16: {
        union {
            uint32_t bits;
            float value;
        } widened = {(uint32_t)*(const uint16_t *)bytes << 16};
        return (double)widened.value;
    }
    case BK_U8:
    case BK_U7: return scale * (*(const uint8_t *)bytes - zero);
    case BK_S8: return scale * (*(const int8_t *)bytes - zero);
    case BK_I16: return scale * (*(const int16_t *)bytes - zero);
    }
    return 0;
}

static void test_panels(const bk_panels *panels, const float *y, size_t y_stride, size_t m, size_t n) {
    size_t columns = (n + panels->layout.depth - 1) / panels->layout.depth * panels->layout.depth;
    for (size_t i = 0; i < m; i++) {
        for (size_t c = 0; c < columns; c++) {
            double wanted = c < n ? (double)(y[i * y_stride + c] * weights[2 * n + c]) : 0;
            double tolerance = panels->layout.format == BK_F32    ? 0
                               : panels->layout.format == BK_BF16 ? magnitude(wanted) / 256
                                                                  : (double)panels->row_scales[i].scale * 0.5001;
            double got = stored(panels, i, c, n);
            expect(magnitude(got - wanted) <= tolerance, "panels: format, n, column", panels->layout.format, n, c);
        }
    }
}

static void test_norm(size_t m, size_t n, bk_format format, uint32_t depth) {
    static const uint32_t bytes[] = {4, 2, 1, 1, 2, 1};
    static bk_row_scale scales[16];
    size_t stride = n + 3;
    fill(input, m * stride, 3);
    fill(weights, 3 * n, 1);
    guard(output, m * stride + 1);
    bk_panels panels = {{format, 6, depth, bytes[format]}, scratch, scales, weights + 2 * n};
    fence(scratch, bk_panel_bytes(&panels.layout, m, n));
    bk_layer_norm norm = {input, stride, m, n, weights, weights + n, 1e-5f, output + 1, stride};
    KERNEL(bk_layer_norm)(&norm, &panels);
    for (size_t i = 0; i < m; i++) {
        const float *x = input + i * stride;
        double mean = 0, variance = 0;
        for (size_t c = 0; c < n; c++) {
            mean += (double)x[c] / (double)n;
        }
        for (size_t c = 0; c < n; c++) {
            variance += ((double)x[c] - mean) * ((double)x[c] - mean) / (double)n;
        }
        for (size_t c = 0; c < n; c++) {
            // (x - mean)^2 * factor^2 = 1 / (variance + epsilon), compared without a square root.
            double normal = ((double)output[1 + i * stride + c] - (double)weights[n + c]) / (double)weights[c];
            double deviation = (double)x[c] - mean;
            double wanted = deviation * deviation / (variance + 1e-5);
            double tolerance = 1e-4 + 2e-6 / magnitude((double)weights[c]) * (1 + wanted);
            expect(magnitude(normal * normal - wanted) <= tolerance, "layer norm: rows, n, column", m, n, c);
        }
        for (size_t c = n; c < stride; c++) {
            expect(output[1 + i * stride + c] == GUARD, "layer norm guard", m, n, c);
        }
    }
    test_panels(&panels, output + 1, stride, m, n);
    KERNEL(bk_pack_rows)(output + 1, stride, m, n, &panels);
    test_panels(&panels, output + 1, stride, m, n);
}

static void test_embedding(size_t n) {
    uint32_t ids[] = {3, 0, 1}, positions[] = {0, 1, 2};
    uint8_t types[] = {0, 1, 1};
    fill(weights, 9 * n, 1);
    guard(output, 3 * (n + 1));
    bk_embedding embedding = {weights, weights + 4 * n, weights + 7 * n, ids, positions, types, 3, n, output, n + 1};
    KERNEL(bk_embed)(&embedding);
    for (size_t i = 0; i < 3; i++) {
        for (size_t c = 0; c < n; c++) {
            float sum = weights[ids[i] * n + c] + weights[(4 + positions[i]) * n + c];
            sum += weights[(7 + types[i]) * n + c];
            expect(output[i * (n + 1) + c] == sum, "embedding: n, row, column", n, i, c);
        }
        expect(output[i * (n + 1) + n] == GUARD, "embedding guard", n, i, n);
    }
}

static int run(void) {
    static const size_t lengths[] = {0, 1, 2, 5, 6, 7, 13, 14, 15, 16, 17, 32, 33, 48, 49, 130, 257};
    static const size_t widths[] = {16, 32, 48, 64, 128, 256};
    static const size_t sizes[] = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 65, 384, 1000};
    static const uint32_t depths[] = {1, 2, 4, 12, 16, 32, 64};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
            test_attention(lengths[l], widths[w], 1);
        }
        test_attention(lengths[l], 32, 8);
    }
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        test_embedding(sizes[s]);
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
            for (bk_format format = BK_F32; format <= BK_U7; format++) {
                test_norm(7, sizes[s], format, depths[d]);
            }
        }
    }
    print(failures ? "row kernels: wrong\n" : "row kernels: right\n");
    return failures ? 1 : 0;
}

#if HOSTED
int main(void) { return run(); }
#else
#if defined(__aarch64__)
__attribute__((used)) void start(void) { system_call(EXIT, run(), 0, 0); }
__asm__(".globl _start\n_start:\n    mov x29, #0\n    bl start\n");
#else
__attribute__((used)) void start(void) { system_call(EXIT, run(), 0, 0); }
__asm__(".globl _start\n_start:\n    andq $-64, %rsp\n    call start\n");
#endif

// What compilers call for copies of their own making.
void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ((volatile char *)to)[i] = ((const char *)from)[i];
    }
    return to;
}
void *memset(void *to, int value, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ((volatile char *)to)[i] = (char)value;
    }
    return to;
}
#endif
