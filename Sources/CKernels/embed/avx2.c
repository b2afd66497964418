#if defined(__x86_64__)
#include "../simd/avx2.h"
#include "embed.inc.h"
#include "../simd/end.h"
#else
typedef int bk_embed_avx2_not_here;
#endif
