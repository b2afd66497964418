#include "CKernels.h"
typedef int batchd_CKernels_placeholder;
