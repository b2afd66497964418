#include "../simd/portable.h"
#include "embed.inc.h"
#include "../simd/end.h"
