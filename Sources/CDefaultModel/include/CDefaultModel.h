// The bytes of the model that ships inside the binary.
#ifndef BATCHD_CDEFAULTMODEL_H
#define BATCHD_CDEFAULTMODEL_H

#include <stddef.h>

// A whole file of linear weights, aligned to 64 bytes; read-only for as long as the process lives.
const unsigned char *batchd_default_model_bytes(void);

// How many bytes these are.
size_t batchd_default_model_count(void);

#endif
