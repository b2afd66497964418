#ifndef BATCHD_CKernels_H
#define BATCHD_CKernels_H
#endif
