#ifndef BATCHD_FILE_CALLS_H
#define BATCHD_FILE_CALLS_H

#include <sys/types.h>

// Each function is one glibc call that Swift cannot make, being variadic or hidden behind a feature macro. They
// go through glibc and not through syscall(2), so that a preloaded library sees them. Results and errno are glibc's.

int linux_openat(int directory, const char *path, int flags, mode_t mode);

// renameat2; with RENAME_NOREPLACE unless `replacing`.
int linux_renameat(int directory, const char *source, const char *target, int replacing);

// Asks for a read lease: 0 granted, -1 with EAGAIN when the file is open for writing. A lease that is broken
// while it is held raises SIGURG, whose default is to do nothing, in place of SIGIO, whose default is to kill.
int linux_take_read_lease(int descriptor);
int linux_release_lease(int descriptor);

int linux_set_close_on_exec(int descriptor);

// Duplicates to the lowest free descriptor from `minimum` on, closed on exec.
int linux_duplicate(int descriptor, int minimum);

int linux_try_lock_exclusive(int descriptor);
int linux_try_lock_shared(int descriptor);
int linux_unlock(int descriptor);

// The statfs(2) magic number of the file system of an open file, or -1.
long linux_file_system_magic(int descriptor);

#endif
