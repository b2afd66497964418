// The vocabulary in which a kernel is written once: vectors as wide as the instruction set has them.
//
// Included by an instruction set's header (avx2.h, avx512.h, neon.h, portable.h), which defines BK_VECTOR_BYTES,
// BK_HAS_FMA, BK_HAS_MASKED_MEMORY and BK_NAME and opens the region in which its instructions are allowed;
// simd/end.h closes it.
#include <stdint.h>
#include <string.h>

#define BK_LANES (BK_VECTOR_BYTES / 4)
#define BK_INLINE static inline __attribute__((always_inline))
#define BK_UNROLLED _Pragma("clang loop unroll(full)")

typedef float bk_vf __attribute__((vector_size(BK_VECTOR_BYTES)));
typedef int32_t bk_vi __attribute__((vector_size(BK_VECTOR_BYTES)));
typedef uint32_t bk_vu __attribute__((vector_size(BK_VECTOR_BYTES)));
typedef float bk_vf_anywhere __attribute__((vector_size(BK_VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t bk_vi_anywhere __attribute__((vector_size(BK_VECTOR_BYTES), aligned(4), may_alias));

BK_INLINE bk_vf bk_load(const float *p) { return *(const bk_vf_anywhere *)p; }
BK_INLINE void bk_store(float *p, bk_vf v) { *(bk_vf_anywhere *)p = v; }
BK_INLINE bk_vi bk_load_i32(const int32_t *p) { return *(const bk_vi_anywhere *)p; }
BK_INLINE void bk_store_i32(int32_t *p, bk_vi v) { *(bk_vi_anywhere *)p = v; }
BK_INLINE bk_vf bk_splat(float x) { return x - (bk_vf){}; }
BK_INLINE bk_vi bk_splat_i32(int32_t x) { return x - (bk_vi){}; }
BK_INLINE bk_vi bk_bits(bk_vf v) { return (bk_vi)v; }
BK_INLINE bk_vf bk_float_of_bits(bk_vi v) { return (bk_vf)v; }
BK_INLINE bk_vf bk_select(bk_vi mask, bk_vf yes, bk_vf no) {
    return (bk_vf)((mask & (bk_vi)yes) | (~mask & (bk_vi)no));
}
// b where a is NaN or they are equal: one instruction where there is one.
BK_INLINE bk_vf bk_max(bk_vf a, bk_vf b) { return bk_select(a > b, a, b); }
BK_INLINE bk_vf bk_min(bk_vf a, bk_vf b) { return bk_select(a < b, a, b); }
BK_INLINE bk_vf bk_abs(bk_vf v) { return (bk_vf)((bk_vi)v & 0x7FFFFFFF); }
BK_INLINE bk_vf bk_int_to_float(bk_vi v) { return __builtin_convertvector(v, bk_vf); }

// a * b + c. Without the instruction it is two roundings: a call into libm for each lane would take a hundred times
// as long.
#if BK_HAS_FMA
BK_INLINE bk_vf bk_fma(bk_vf a, bk_vf b, bk_vf c) { return __builtin_elementwise_fma(a, b, c); }
#else
BK_INLINE bk_vf bk_fma(bk_vf a, bk_vf b, bk_vf c) { return a * b + c; }
#endif
