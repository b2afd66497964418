#ifndef BATCHD_PACK_ROWS_H
#define BATCHD_PACK_ROWS_H

#include "Matrix.h"

void bk_pack_rows_portable(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);
void bk_pack_rows_avx2(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);
void bk_pack_rows_avx512(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);
void bk_pack_rows_neon(const float *x, size_t stride, size_t m, size_t n, const bk_panels *panels);

#endif
