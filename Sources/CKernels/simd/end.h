// Closes the region that an instruction set's header opened.
#pragma clang attribute pop
#undef BK_VECTOR_BYTES
#undef BK_HAS_FMA
#undef BK_HAS_MASKED_MEMORY
#undef BK_NAME
