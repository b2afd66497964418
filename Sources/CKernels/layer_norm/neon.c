#if defined(__aarch64__)
#include "../simd/neon.h"
#include "layer_norm.inc.h"
#include "../simd/end.h"
#else
typedef int bk_layer_norm_neon_not_here;
#endif
