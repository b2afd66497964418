// The 64-byte vectors of AVX-512, for a processor without it: the compiler makes two of each. Compile with
// -mavx2 -mfma and -include this before an operation's .inc.h.
#define BK_VECTOR_BYTES 64
#define BK_HAS_FMA 1
#define BK_HAS_MASKED_MEMORY 0
#define BK_NAME(operation) operation##_avx512
#include "../../Sources/CKernels/simd/vector.h"
