#include "../simd/portable.h"
#include "attention.inc.h"
#include "../simd/end.h"
