#if defined(__x86_64__)
#include "../simd/avx2.h"
#include "attention.inc.h"
#include "../simd/end.h"
#else
typedef int bk_attention_avx2_not_here;
#endif
