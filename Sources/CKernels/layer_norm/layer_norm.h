#ifndef BATCHD_LAYER_NORM_H
#define BATCHD_LAYER_NORM_H

#include "Matrix.h"

void bk_layer_norm_portable(const bk_layer_norm *norm, const bk_panels *panels);
void bk_layer_norm_avx2(const bk_layer_norm *norm, const bk_panels *panels);
void bk_layer_norm_avx512(const bk_layer_norm *norm, const bk_panels *panels);
void bk_layer_norm_neon(const bk_layer_norm *norm, const bk_panels *panels);

#endif
