#include "crc32c.h"

// Castagnoli's polynomial, reflected.
static const uint32_t polynomial = 0x82F63B78u;

uint32_t bk_crc32c_portable(const void *bytes, size_t count, uint32_t crc) {
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++) {
            value = (value >> 1) ^ ((value & 1) ? polynomial : 0);
        }
        table[i] = value;
    }
    const uint8_t *byte = bytes;
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc = table[(crc ^ byte[i]) & 0xFF] ^ (crc >> 8);
    }
    return ~crc;
}
