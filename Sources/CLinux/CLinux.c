#include "CLinux.h"
typedef int batchd_CLinux_placeholder;
