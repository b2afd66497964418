#if defined(__x86_64__)
#include "../simd/avx2.h"
#include "pack_rows.inc.h"
#include "../simd/end.h"
#else
typedef int bk_pack_rows_avx2_not_here;
#endif
