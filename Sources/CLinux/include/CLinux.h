#ifndef BATCHD_CLINUX_H
#define BATCHD_CLINUX_H

#include "FileCalls.h"

#endif
