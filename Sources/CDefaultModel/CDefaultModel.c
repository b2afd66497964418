#include "CDefaultModel.h"
typedef int batchd_CDefaultModel_placeholder;
