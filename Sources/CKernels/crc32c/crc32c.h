// Declarations that the table needs; the contract stands at `bk_crc32c` in CKernels.h.
#ifndef BATCHD_CRC32C_H
#define BATCHD_CRC32C_H

#include "CKernels.h"

bk_crc32c bk_crc32c_portable;
#if defined(__x86_64__)
bk_crc32c bk_crc32c_avx2;
#endif

#endif
