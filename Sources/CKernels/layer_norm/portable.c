#include "../simd/portable.h"
#include "layer_norm.inc.h"
#include "../simd/end.h"
