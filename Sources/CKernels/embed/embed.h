#ifndef BATCHD_EMBED_H
#define BATCHD_EMBED_H

#include "Matrix.h"

void bk_embed_portable(const bk_embedding *embedding);
void bk_embed_avx2(const bk_embedding *embedding);
void bk_embed_avx512(const bk_embedding *embedding);
void bk_embed_neon(const bk_embedding *embedding);

#endif
