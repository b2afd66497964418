#include "../simd/portable.h"
#include "pack_rows.inc.h"
#include "../simd/end.h"
