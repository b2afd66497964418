#include "count_below_u32.h"

#if defined(__x86_64__)
__attribute__((target("avx2"))) uint32_t bk_count_below_u32_avx2(const uint32_t *values, size_t count,
                                                                 uint32_t bound) {
    return bk_count_below_u32_loop(values, count, bound);
}
#endif
