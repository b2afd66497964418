#include "count_below_u32.h"

uint32_t bk_count_below_u32_portable(const uint32_t *values, size_t count, uint32_t bound) {
    return bk_count_below_u32_loop(values, count, bound);
}
