#ifndef BATCHD_ATTENTION_H
#define BATCHD_ATTENTION_H

#include "Matrix.h"

// What the scratch of every instruction set is sized for.
#define BK_ATTENTION_ROWS_MAXIMUM 14
#define BK_ATTENTION_COLUMNS_MAXIMUM 32

void bk_attend_portable(const bk_attention *attention);
void bk_attend_avx2(const bk_attention *attention);
void bk_attend_avx512(const bk_attention *attention);
void bk_attend_neon(const bk_attention *attention);

#endif
