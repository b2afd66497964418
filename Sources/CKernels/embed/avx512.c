#if defined(__x86_64__)
#include "../simd/avx512.h"
#include "embed.inc.h"
#include "../simd/end.h"
#else
typedef int bk_embed_avx512_not_here;
#endif
