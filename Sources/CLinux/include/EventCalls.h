#ifndef BATCHD_EVENT_CALLS_H
#define BATCHD_EVENT_CALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Descriptors that become readable when something happens; all are closed on exec and never block. Results and
// errno are the system's.

int linux_eventfd(void);
void linux_eventfd_raise(int descriptor);
void linux_eventfd_clear(int descriptor);

int linux_inotify(void);

// Watches a directory for names that come, by rename or creation, for files that a writer closed, and for its own end.
int linux_inotify_watch(int inotify, const char *directory);

struct linux_inotify_record {
    int watch;
    int moved_in; // The name came by rename, so the file is complete.
    int ended;    // The watch is gone, because its directory is.
    const char *name;
    size_t bytes; // Of this record in the buffer.
};

// Decodes the record at `offset` of what read(2) gave; 0 at the end of it.
int linux_inotify_decode(const void *buffer, size_t count, size_t offset, struct linux_inotify_record *record);

// Blocks signals in the calling thread, and so in those that it starts, and opens a descriptor that receives them.
int linux_signalfd(const int *signals, size_t count);

// Takes the next signal: its number, 0 when there is none, or -1.
int linux_signalfd_next(int descriptor);

#endif
