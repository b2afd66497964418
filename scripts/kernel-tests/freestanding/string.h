// As much of the C library as kernels use, for processors whose library is not at hand.
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memset(void *to, int value, size_t count);
