#include "FileCalls.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/vfs.h>

int linux_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

int linux_renameat(int directory, const char *source, const char *target, int replacing) {
    return renameat2(directory, source, directory, target, replacing ? 0 : RENAME_NOREPLACE);
}

int linux_take_read_lease(int descriptor) {
    if (fcntl(descriptor, F_SETSIG, SIGURG) == -1) return -1;
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}

int linux_release_lease(int descriptor) {
    return fcntl(descriptor, F_SETLEASE, F_UNLCK);
}

int linux_set_close_on_exec(int descriptor) {
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

int linux_duplicate(int descriptor, int minimum) {
    return fcntl(descriptor, F_DUPFD_CLOEXEC, minimum);
}

int linux_try_lock_exclusive(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB);
}

int linux_try_lock_shared(int descriptor) {
    return flock(descriptor, LOCK_SH | LOCK_NB);
}

int linux_unlock(int descriptor) {
    return flock(descriptor, LOCK_UN);
}

long linux_file_system_magic(int descriptor) {
    struct statfs description;
    if (fstatfs(descriptor, &description) == -1) return -1;
    // Some magic numbers have the top bit set; the low 32 bits are what the manual lists.
    return (long)(description.f_type & 0xffffffff);
}
