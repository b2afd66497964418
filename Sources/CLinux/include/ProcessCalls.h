#ifndef BATCHD_PROCESS_CALLS_H
#define BATCHD_PROCESS_CALLS_H

#include <stddef.h>
#include <sys/types.h>

// A descriptor that becomes readable when the process ends; closed on exec. -1 with errno.
int linux_pidfd_open(pid_t process);

// Starts an executable with no signal blocked or ignored. `sources[i]` becomes descriptor `targets[i]` of the child;
// everything else that is closed on exec is closed. The sources must not be among the targets, unless in place.
// With `leads_group` it is the first of a process group of its own. Returns 0 or an error number, as posix_spawn does.
int linux_spawn(pid_t *process, const char *executable, char *const arguments[], char *const environment[],
                const int *sources, const int *targets, size_t count, int leads_group);

// Takes the status of a child that has ended, without waiting: its id, 0 when it lives, or -1. `exit_code` is -1 for
// a child that a signal ended, else `signal` is 0.
pid_t linux_reap(pid_t process, int *exit_code, int *signal);

// Has the kernel kill this process when the thread that started it ends.
int linux_die_with_parent(void);

// Takes from what this thread starts from now on the capabilities that it would inherit without having them of its own
// file. The thread keeps those that it has, and other threads are not concerned. 0, or -1 with errno.
int linux_drop_ambient_capabilities(void);

// Anonymous memory of a fixed size that a child may inherit and nobody can shrink.
int linux_sealed_memory(const char *name, size_t bytes);

#endif
