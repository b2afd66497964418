// Declarations that the table needs; the contract stands at `bk_row_sum_i8` in CKernels.h.
#ifndef BATCHD_ROW_SUM_I8_H
#define BATCHD_ROW_SUM_I8_H

#include "CKernels.h"

bk_row_sum_i8 bk_row_sum_i8_portable;
#if defined(__x86_64__)
bk_row_sum_i8 bk_row_sum_i8_avx2;
bk_row_sum_i8 bk_row_sum_i8_avx512;
#elif defined(__aarch64__)
bk_row_sum_i8 bk_row_sum_i8_neon;
#endif

#endif
