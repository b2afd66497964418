#if defined(__x86_64__)
#include "../simd/avx2.h"
#include "layer_norm.inc.h"
#include "../simd/end.h"
#else
typedef int bk_layer_norm_avx2_not_here;
#endif
