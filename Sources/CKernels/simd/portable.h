// 16-byte vectors that any compiler target makes something of.
#define BK_VECTOR_BYTES 16
#define BK_HAS_FMA 0
#define BK_HAS_MASKED_MEMORY 0
#define BK_NAME(operation) operation##_portable
#pragma clang attribute push
#include "vector.h"
