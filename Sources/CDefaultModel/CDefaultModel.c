#include "CDefaultModel.h"

// C23's #embed puts the file into the binary's read-only data, so that using it costs no read and no copy.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char bytes[] __attribute__((aligned(64))) = {
#embed "../../models/sentiment/1/weights.bin"
};

const unsigned char *batchd_default_model_bytes(void) { return bytes; }

size_t batchd_default_model_count(void) { return sizeof bytes; }
