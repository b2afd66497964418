// The one place that asks the processor what it can do and selects.
#include "CKernels.h"
#include "../attention/attention.h"
#include "../count_below_u32/count_below_u32.h"
#include "../crc32c/crc32c.h"
#include "../embed/embed.h"
#include "../gemm_bf16/gemm_bf16.h"
#include "../gemm_f32/gemm_f32.h"
#include "../gemm_i8/gemm_i8.h"
#include "../gemm_i8_narrow/gemm_i8_narrow.h"
#include "../layer_norm/layer_norm.h"
#include "../maximum_u32/maximum_u32.h"
#include "../pack_rows/pack_rows.h"
#include "../row_sum_i8/row_sum_i8.h"
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

static const bk_row_kernels rows_portable = {
    .embed = bk_embed_portable,
    .layer_norm = bk_layer_norm_portable,
    .pack = bk_pack_rows_portable,
    .attend = bk_attend_portable,
};
static const bk_table portable = {
    .name = "portable",
    .row_sum_i8 = bk_row_sum_i8_portable,
    .maximum_u32 = bk_maximum_u32_portable,
    .count_below_u32 = bk_count_below_u32_portable,
    .crc32c = bk_crc32c_portable,
    .gemm = {&bk_gemm_f32_portable, &bk_gemm_bf16_portable, &bk_gemm_i8_portable, &bk_gemm_i8_portable},
    .rows = &rows_portable,
};

#if defined(__x86_64__)
static const bk_row_kernels rows_avx2 = {
    .embed = bk_embed_avx2,
    .layer_norm = bk_layer_norm_avx2,
    .pack = bk_pack_rows_avx2,
    .attend = bk_attend_avx2,
};
static const bk_table avx2 = {
    .name = "avx2",
    .row_sum_i8 = bk_row_sum_i8_avx2,
    .maximum_u32 = bk_maximum_u32_avx2,
    .count_below_u32 = bk_count_below_u32_avx2,
    .crc32c = bk_crc32c_avx2,
    .gemm = {&bk_gemm_f32_avx2, &bk_gemm_bf16_avx2, &bk_gemm_i8_avx2, &bk_gemm_i8_narrow_avx2},
    .rows = &rows_avx2,
};
static const bk_row_kernels rows_avx512 = {
    .embed = bk_embed_avx512,
    .layer_norm = bk_layer_norm_avx512,
    .pack = bk_pack_rows_avx512,
    .attend = bk_attend_avx512,
};
#define AVX512(isa, bf16, i8, i8_narrow)                    \
    {                                                       \
        .name = isa,                                        \
        .row_sum_i8 = bk_row_sum_i8_avx512,                 \
        .maximum_u32 = bk_maximum_u32_avx2,                 \
        .count_below_u32 = bk_count_below_u32_avx2,         \
        .crc32c = bk_crc32c_avx2,                           \
        .gemm = {&bk_gemm_f32_avx512, bf16, i8, i8_narrow}, \
        .rows = &rows_avx512,                               \
    }
static const bk_table avx512 = AVX512("avx512", &bk_gemm_bf16_avx512, &bk_gemm_i8_avx512, &bk_gemm_i8_narrow_avx512);
static const bk_table avx512vnni =
    AVX512("avx512vnni", &bk_gemm_bf16_avx512, &bk_gemm_i8_avx512vnni, &bk_gemm_i8_avx512vnni);
static const bk_table avx512bf16 =
    AVX512("avx512bf16", &bk_gemm_bf16_avx512bf16, &bk_gemm_i8_avx512vnni, &bk_gemm_i8_avx512vnni);

static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && has_avx2();
}
#elif defined(__aarch64__)
static const bk_row_kernels rows_neon = {
    .embed = bk_embed_neon,
    .layer_norm = bk_layer_norm_neon,
    .pack = bk_pack_rows_neon,
    .attend = bk_attend_neon,
};
#define NEON(isa, bf16, i8)                               \
    {                                                     \
        .name = isa,                                      \
        .row_sum_i8 = bk_row_sum_i8_neon,                 \
        .maximum_u32 = bk_maximum_u32_portable,           \
        .count_below_u32 = bk_count_below_u32_portable,   \
        .crc32c = bk_crc32c_portable,                     \
        .gemm = {&bk_gemm_f32_neon, bf16, i8, i8},        \
        .rows = &rows_neon,                               \
    }
static const bk_table neon = NEON("neon", &bk_gemm_bf16_neon, &bk_gemm_i8_neon);
static const bk_table neondot = NEON("neondot", &bk_gemm_bf16_neon, &bk_gemm_i8_neondot);
#endif

const bk_table *bk_table_at(size_t index) {
    const bk_table *tables[5];
    size_t count = 0;
#if defined(__x86_64__)
    if (has_avx512()) {
        if (__builtin_cpu_supports("avx512vnni")) {
            if (__builtin_cpu_supports("avx512bf16")) {
                tables[count++] = &avx512bf16;
            }
            tables[count++] = &avx512vnni;
        }
        tables[count++] = &avx512;
    }
    if (has_avx2()) {
        tables[count++] = &avx2;
    }
#elif defined(__aarch64__)
    if (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) {
        tables[count++] = &neondot;
    }
    tables[count++] = &neon;
#endif
    tables[count++] = &portable;
    return index < count ? tables[index] : NULL;
}
