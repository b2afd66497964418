#if defined(__aarch64__)
#include "../simd/neon.h"
#include "attention.inc.h"
#include "../simd/end.h"
#else
typedef int bk_attention_neon_not_here;
#endif
