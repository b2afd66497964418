#ifndef BATCHD_CLINUX_H
#define BATCHD_CLINUX_H

#include "CrashBlame.h"
#include "DiagnosisCalls.h"
#include "EventCalls.h"
#include "FileCalls.h"
#include "InFlightMemory.h"
#include "NotifyCalls.h"
#include "ProcessCalls.h"

#endif
