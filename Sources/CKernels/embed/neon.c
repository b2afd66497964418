#if defined(__aarch64__)
#include "../simd/neon.h"
#include "embed.inc.h"
#include "../simd/end.h"
#else
typedef int bk_embed_neon_not_here;
#endif
