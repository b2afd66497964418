#if defined(__aarch64__)
#include "../simd/neon.h"
#include "pack_rows.inc.h"
#include "../simd/end.h"
#else
typedef int bk_pack_rows_neon_not_here;
#endif
