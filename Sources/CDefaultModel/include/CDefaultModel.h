#ifndef BATCHD_CDefaultModel_H
#define BATCHD_CDefaultModel_H
#endif
