#include "maximum_u32.h"

uint32_t bk_maximum_u32_portable(const uint32_t *values, size_t count) {
    return bk_maximum_u32_loop(values, count);
}
