#ifndef BATCHD_CZSTD_SHIM_H
#define BATCHD_CZSTD_SHIM_H

// Debian's libzstd-dev. The static-only part gives frame headers, which the limits on window and content size need.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

#endif
