#include "maximum_u32.h"

#if defined(__x86_64__)
__attribute__((target("avx2"))) uint32_t bk_maximum_u32_avx2(const uint32_t *values, size_t count) {
    return bk_maximum_u32_loop(values, count);
}
#endif
