#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "crc32c.h"

#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)

// Every processor with AVX2 has the instruction of SSE 4.2.
uint32_t bk_crc32c_avx2(const void *bytes, size_t count, uint32_t crc) {
    const uint8_t *byte = bytes;
    uint64_t state = ~crc;
    for (; count >= 8; count -= 8, byte += 8) {
        uint64_t word;
        memcpy(&word, byte, sizeof word);
        state = _mm_crc32_u64(state, word);
    }
    for (; count > 0; count--, byte++) {
        state = _mm_crc32_u8((uint32_t)state, *byte);
    }
    return ~(uint32_t)state;
}

#pragma clang attribute pop
#else
typedef int bk_crc32c_avx2_not_here;
#endif
