// Preloaded into batchd by tests: counts every call that changes something below a directory, in all processes of a
// run together, and at one of them kills or fails.
//
//   FAULT_ROOT     the directory
//   FAULT_COUNTER  a file of 8 bytes that all processes share: calls so far
//   FAULT_AT       the call at which it happens; 0 only counts
//   FAULT_DO       "group" kills the whole run, "self" the process that made the call, a number fails with that errno;
//                  "stop" stops the whole run until it is told to go on
//
// The process that is started first leads a process group of its own, so that the test survives the kill.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic long *counter;
static const char *root;
static size_t root_length;
static long strike_at;
static const char *deed;

__attribute__((constructor)) static void prepare(void) {
    root = getenv("FAULT_ROOT");
    deed = getenv("FAULT_DO");
    const char *file = getenv("FAULT_COUNTER");
    const char *at = getenv("FAULT_AT");
    if (!root || !file || !at || !deed) return;
    root_length = strlen(root);
    strike_at = atol(at);
    if (!getenv("FAULT_GROUP")) {
        setpgid(0, 0);
        setenv("FAULT_GROUP", "1", 1);
    }
    long descriptor = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    if (descriptor < 0) return;
    void *memory = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0);
    syscall(SYS_close, descriptor);
    if (memory != MAP_FAILED) counter = memory;
}

static int names_below_root(int directory, const char *path) {
    char buffer[PATH_MAX];
    if (path && path[0] == '/') {
        snprintf(buffer, sizeof buffer, "%s", path);
    } else {
        char link[64];
        if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        long length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, sizeof buffer - 1);
        if (length < 0) return 0;
        buffer[length] = 0;
    }
    return strncmp(buffer, root, root_length) == 0 && (buffer[root_length] == 0 || buffer[root_length] == '/');
}

// Returns whether the call is to fail; errno is set then.
static int strikes(int directory, const char *path) {
    if (!counter || !names_below_root(directory, path)) return 0;
    if (atomic_fetch_add(counter, 1) + 1 != strike_at) return 0;
    if (strcmp(deed, "group") == 0) syscall(SYS_kill, 0, SIGKILL);
    if (strcmp(deed, "self") == 0) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    if (strcmp(deed, "stop") == 0) return syscall(SYS_kill, 0, SIGSTOP) != 0;
    errno = atoi(deed);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int open_below(int directory, const char *path, int flags, mode_t mode) {
    if ((flags & (O_CREAT | O_TRUNC)) && strikes(directory, path)) return -1;
    return (int)syscall(SYS_openat, directory, path, flags, mode);
}

#define MODE_OF(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags, mode) return open_below(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags, mode) return open_below(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags, mode) return open_below(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags, mode) return open_below(at, path, flags, mode); }

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (strikes(descriptor, NULL)) return -1;
    return syscall(SYS_write, descriptor, bytes, count);
}

int fsync(int descriptor) {
    if (strikes(descriptor, NULL)) return -1;
    return REAL(fsync)(descriptor);
}

int renameat2(int from, const char *source, int to, const char *target, unsigned flags) {
    if (strikes(to, target)) return -1;
    return (int)syscall(SYS_renameat2, from, source, to, target, flags);
}

int unlinkat(int directory, const char *path, int flags) {
    if (strikes(directory, path)) return -1;
    return REAL(unlinkat)(directory, path, flags);
}

int mkdirat(int directory, const char *path, mode_t mode) {
    if (strikes(directory, path)) return -1;
    return REAL(mkdirat)(directory, path, mode);
}
