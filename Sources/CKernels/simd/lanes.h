// Moves between the lanes of vectors, and reductions over them. Included after an instruction set's header.
//
// A permutation is written as a macro from a lane's number to the number of the lane it takes: from BK_LANES on they
// are those of the second vector.
#ifndef BATCHD_LANES_H
#define BATCHD_LANES_H

#if BK_LANES == 4
#define BK_EACH_LANE(f) f(0), f(1), f(2), f(3)
#elif BK_LANES == 8
#define BK_EACH_LANE(f) f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7)
#else
#define BK_EACH_LANE(f) \
    f(0), f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9), f(10), f(11), f(12), f(13), f(14), f(15)
#endif
#define BK_PERMUTE(a, b, f) __builtin_shufflevector(a, b, BK_EACH_LANE(f))

#define BK_LANE_ACROSS_1(i) ((i) ^ 1)
#define BK_LANE_ACROSS_2(i) ((i) ^ 2)
#define BK_LANE_ACROSS_4(i) ((i) ^ 4)
#define BK_LANE_ACROSS_8(i) ((i) ^ 8)

// The same number in every lane: `combine` over all lanes, in pairs that do not depend on the numbers.
#define BK_REDUCE_4(v, combine)                         \
    v = combine(v, BK_PERMUTE(v, v, BK_LANE_ACROSS_2)); \
    v = combine(v, BK_PERMUTE(v, v, BK_LANE_ACROSS_1))
#if BK_LANES == 4
#define BK_REDUCE(v, combine) BK_REDUCE_4(v, combine)
#elif BK_LANES == 8
#define BK_REDUCE(v, combine)                           \
    v = combine(v, BK_PERMUTE(v, v, BK_LANE_ACROSS_4)); \
    BK_REDUCE_4(v, combine)
#else
#define BK_REDUCE(v, combine)                           \
    v = combine(v, BK_PERMUTE(v, v, BK_LANE_ACROSS_8)); \
    v = combine(v, BK_PERMUTE(v, v, BK_LANE_ACROSS_4)); \
    BK_REDUCE_4(v, combine)
#endif

BK_INLINE bk_vf bk_add(bk_vf a, bk_vf b) { return a + b; }
BK_INLINE bk_vf bk_sum_lanes(bk_vf v) {
    BK_REDUCE(v, bk_add);
    return v;
}
BK_INLINE bk_vf bk_max_lanes(bk_vf v) {
    BK_REDUCE(v, bk_max);
    return v;
}
BK_INLINE bk_vf bk_min_lanes(bk_vf v) {
    BK_REDUCE(v, bk_min);
    return v;
}

// 0, 1, 2 ...
#define BK_LANE_NUMBER(i) (i)
BK_INLINE bk_vi bk_lane_numbers(void) { return (bk_vi){BK_EACH_LANE(BK_LANE_NUMBER)}; }

// True in the lanes below `count`.
BK_INLINE bk_vi bk_first_lanes(size_t count) { return bk_lane_numbers() < bk_splat_i32((int32_t)count); }

// The first `count` lanes, fewer than there are, from or to memory that may end behind them; the others are 0.
#if BK_HAS_MASKED_MEMORY && BK_LANES == 16
BK_INLINE bk_vf bk_load_first(const float *p, size_t count) {
    return (bk_vf)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
BK_INLINE void bk_store_first(float *p, bk_vf v, size_t count) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
}
#elif BK_HAS_MASKED_MEMORY
BK_INLINE bk_vf bk_load_first(const float *p, size_t count) {
    return (bk_vf)_mm256_maskload_ps(p, (__m256i)bk_first_lanes(count));
}
BK_INLINE void bk_store_first(float *p, bk_vf v, size_t count) {
    _mm256_maskstore_ps(p, (__m256i)bk_first_lanes(count), (__m256)v);
}
#else
BK_INLINE bk_vf bk_load_first(const float *p, size_t count) {
    bk_vf v = {};
    for (size_t i = 0; i < BK_LANES - 1; i++) {
        if (i < count) {
            v[i] = p[i];
        }
    }
    return v;
}
BK_INLINE void bk_store_first(float *p, bk_vf v, size_t count) {
    for (size_t i = 0; i < BK_LANES - 1; i++) {
        if (i < count) {
            p[i] = v[i];
        }
    }
}
#endif

// The numbers of columns first to first + BK_LANES of a row of n; 0 beyond its end.
BK_INLINE bk_vf bk_load_columns(const float *row, size_t first, size_t n) {
    if (first + BK_LANES <= n) {
        return bk_load(row + first);
    }
    return first < n ? bk_load_first(row + first, n - first) : (bk_vf){};
}

#endif
