#ifndef BATCHD_CRASH_BLAME_H
#define BATCHD_CRASH_BLAME_H

#include "InFlightMemory.h"

// Has every fatal signal of this process (SEGV BUS ILL TRAP FPE ABRT) write the slot of the thread that raised it
// into the shared memory, which must stay mapped, before the default action ends the process. 0, or -1 with errno.
int crash_blame_install(struct inflight_memory *memory);

// Gives the calling thread a slot, and a stack of its own for the handler, so that a stack overflow is caught too.
int crash_blame_bind_thread(int slot);

// Takes both away; to be called before the thread ends.
void crash_blame_unbind_thread(void);

#endif
