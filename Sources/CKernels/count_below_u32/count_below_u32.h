// Declarations that the table needs; the contract stands at `bk_count_below_u32` in CKernels.h.
#ifndef BATCHD_COUNT_BELOW_U32_H
#define BATCHD_COUNT_BELOW_U32_H

#include "CKernels.h"

bk_count_below_u32 bk_count_below_u32_portable;
#if defined(__x86_64__)
bk_count_below_u32 bk_count_below_u32_avx2;
#endif

// The loop that every instruction set's compiler turns into its own vectors.
static inline __attribute__((always_inline)) uint32_t bk_count_below_u32_loop(const uint32_t *values, size_t count,
                                                                              uint32_t bound) {
    uint32_t below = 0;
    for (size_t i = 0; i < count; i++) {
        below += values[i] < bound;
    }
    return below;
}

#endif
