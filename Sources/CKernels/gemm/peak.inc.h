// The tile's step on registers alone: as many accumulators as the tile has, nothing loaded, nothing stored.

static double peak(size_t iterations) {
    BK_ACCUMULATOR sums[BK_MR * BK_NV] = {};
    BK_WORD_VECTOR a = {}, b = {};
    BK_IN_REGISTER(a);
    BK_IN_REGISTER(b);
    for (size_t i = 0; i < iterations; i++) {
        BK_UNROLLED for (int s = 0; s < BK_MR * BK_NV; s++) {
            sums[s] = bk_step(sums[s], a, b);
            BK_IN_REGISTER(sums[s]);
            BK_IN_REGISTER(a);
        }
    }
    BK_UNROLLED for (int s = 0; s < BK_MR * BK_NV; s++) {
        __asm__ volatile("" : : "m"(sums[s]));
    }
    return 2.0 * BK_MR * BK_NR * BK_GROUP * (double)iterations;
}
