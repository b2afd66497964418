#ifndef BATCHD_CLinux_H
#define BATCHD_CLinux_H
#endif
