// Preloaded into batchd: counts every call that changes something below a directory, in all processes of a run
// together, and at one of them kills, tears, shortens or fails.
//
//   FAULT_ROOT     the directory
//   FAULT_CONTROL  a file of struct control, zeroed, that all processes of the run and the tester share
//   FAULT_AT       the call at which it happens, from 1, or the next at which the deed means anything; 0 only counts
//   FAULT_DO       kill    dies before the call
//                  after   dies after the call
//                  torn    writes half, then dies
//                  short   writes half, and says so
//                  number  fails with that errno
//                  stop    stops all processes of the run before the call, until they are told to go on
//   FAULT_WHO      group   all processes of the run die; else the one that made the call
//   FAULT_LASTING  1       goes on from that call, until the tester sets `mended`
//   FAULT_CLOSE    1       closing what was written counts too
//   FAULT_LOG      a file to which every call is appended, as "number process call path"
//
// Calls: create write truncate sync rename link unlink mkdir close. Half a sync, for one, means nothing. The process
// that is started first leads a group of its own, so that the tester survives the kill.
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
#include <sys/uio.h>
#include <unistd.h>

enum { STRUCK_BYTES = 216 };

struct control {
    _Atomic long calls;
    _Atomic long strikes;
    _Atomic long mended;
    // The process that is started first.
    _Atomic long leader;
    // The first call that was struck, as "process call path".
    char struck[STRUCK_BYTES];
    // The process that made it.
    _Atomic long striker;
};

enum deed { NOTHING, STOP, KILL, KILL_AFTER, TORN, SHORT, FAIL };

static struct control *control;
static const char *root;
static size_t root_length;
static long strike_at;
static enum deed deed;
static int failure;
static int kills_group;
static int is_lasting;
static int counts_closing;
static int is_first_process;
static int log_descriptor = -1;
static _Thread_local int was_interrupted;

static void choose_deed(const char *words) {
    if (strcmp(words, "stop") == 0) deed = STOP;
    else if (strcmp(words, "kill") == 0) deed = KILL;
    else if (strcmp(words, "after") == 0) deed = KILL_AFTER;
    else if (strcmp(words, "torn") == 0) deed = TORN;
    else if (strcmp(words, "short") == 0) deed = SHORT;
    else if ((failure = atoi(words)) > 0) deed = FAIL;
}

__attribute__((constructor)) static void prepare(void) {
    root = getenv("FAULT_ROOT");
    const char *file = getenv("FAULT_CONTROL");
    const char *at = getenv("FAULT_AT");
    const char *words = getenv("FAULT_DO");
    if (!root || !file || !at || !words) return;
    root_length = strlen(root);
    strike_at = atol(at);
    choose_deed(words);
    const char *who = getenv("FAULT_WHO");
    kills_group = who && strcmp(who, "group") == 0;
    is_lasting = getenv("FAULT_LASTING") != NULL;
    counts_closing = getenv("FAULT_CLOSE") != NULL;
    const char *log = getenv("FAULT_LOG");
    if (log) log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    long descriptor = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    if (descriptor < 0) return;
    void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, (int)descriptor, 0);
    syscall(SYS_close, descriptor);
    if (memory == MAP_FAILED) return;
    control = memory;
    // The environment is not touched: where it has moved, a static Swift runtime does not find its arguments.
    long nobody = 0;
    if (atomic_compare_exchange_strong(&control->leader, &nobody, (long)getpid())) setpgid(0, 0);
    is_first_process = atomic_load(&control->leader) == getpid();
}

// Puts the absolute path into the buffer; of a descriptor where there is no path. Returns its part below the root, or
// NULL where it is not below.
static const char *name_below_root(int directory, const char *path, char buffer[PATH_MAX]) {
    size_t length = 0;
    if (!path || path[0] != '/') {
        char link[64];
        if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
        long count = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
        if (count < 0) return NULL;
        length = (size_t)count;
        buffer[length] = 0;
        if (path && length + 1 < PATH_MAX) buffer[length++] = '/';
    }
    if (path) snprintf(buffer + length, PATH_MAX - length, "%s", path);
    if (strncmp(buffer, root, root_length) != 0) return NULL;
    if (buffer[root_length] == 0) return buffer + root_length;
    return buffer[root_length] == '/' ? buffer + root_length + 1 : NULL;
}

static void die(void) {
    syscall(SYS_kill, kills_group ? 0 : syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

static int has_meaning(const char *call, size_t bytes) {
    if (deed == TORN || deed == SHORT) return strcmp(call, "write") == 0 && bytes > 1;
    if (deed == FAIL && failure == EMFILE) return strcmp(call, "create") == 0;
    if (deed == FAIL && failure == ENOSPC) return strcmp(call, "unlink") != 0;
    return 1;
}

static int is_due(long number, const char *call, size_t bytes) {
    if (strike_at <= 0 || number < strike_at || deed == NOTHING || !has_meaning(call, bytes)) return 0;
    if (!is_lasting) return atomic_load(&control->strikes) == 0;
    if (atomic_load(&control->mended)) return 0;
    if (deed != FAIL || failure != EINTR) return 1;
    // A call that is interrupted again and again would never end: each is interrupted once.
    was_interrupted = !was_interrupted;
    return was_interrupted;
}

// Whether all were to die with a process that died of something else in the middle of its last call.
static int is_condemned(void) {
    int kills = deed == KILL || deed == KILL_AFTER || deed == TORN;
    long striker = atomic_load(&control->striker);
    return kills && kills_group && striker != 0 && striker != getpid();
}

// Counts a call and says what is to be done at it; does not return where that is to die before it.
static enum deed count_call(const char *call, int directory, const char *path, size_t bytes) {
    char buffer[PATH_MAX];
    int saved = errno;
    const char *name = control ? name_below_root(directory, path, buffer) : NULL;
    errno = saved;
    if (!name) return NOTHING;
    if (is_condemned()) die();
    long number = atomic_fetch_add(&control->calls, 1) + 1;
    const char *process = is_first_process ? "run" : "engine";
    if (log_descriptor >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %s %s %s\n", number, process, call, name);
        syscall(SYS_write, log_descriptor, line, length);
    }
    if (!is_due(number, call, bytes)) return NOTHING;
    if (atomic_fetch_add(&control->strikes, 1) == 0) {
        snprintf(control->struck, sizeof control->struck, "%s %s %s", process, call, name);
        atomic_store(&control->striker, (long)getpid());
    } else if (!is_lasting) {
        return NOTHING;
    }
    if (deed == STOP) syscall(SYS_kill, 0, SIGSTOP);
    if (deed == KILL) die();
    if (deed == FAIL) errno = failure;
    return deed;
}

// Makes a call, unless it is to fail; dies after it where that is to be.
#define STRUCK(call, directory, path, result) \
    do { \
        enum deed due = count_call(call, directory, path, 0); \
        if (due == FAIL) return -1; \
        __typeof__(result) value = (result); \
        if (due == KILL_AFTER) die(); \
        return value; \
    } while (0)

#define STRUCK_WRITE(descriptor, count, result_of) \
    do { \
        enum deed due = count_call("write", descriptor, NULL, count); \
        if (due == FAIL) return -1; \
        ssize_t value = result_of(due == TORN || due == SHORT ? (count) / 2 : (count)); \
        if (due == KILL_AFTER || due == TORN) die(); \
        return value; \
    } while (0)

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int open_below(int directory, const char *path, int flags, mode_t mode) {
    if (flags & (O_CREAT | O_TRUNC)) {
        STRUCK("create", directory, path, (int)syscall(SYS_openat, directory, path, flags, mode));
    }
    // A process that has no descriptors left cannot read either.
    if (is_lasting && failure == EMFILE && control && atomic_load(&control->strikes) && !atomic_load(&control->mended)) {
        char buffer[PATH_MAX];
        if (name_below_root(directory, path, buffer)) {
            errno = EMFILE;
            return -1;
        }
    }
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
#define RESULT(count) syscall(SYS_write, descriptor, bytes, count)
    STRUCK_WRITE(descriptor, count, RESULT);
#undef RESULT
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
#define RESULT(count) syscall(SYS_pwrite64, descriptor, bytes, count, offset)
    STRUCK_WRITE(descriptor, count, RESULT);
#undef RESULT
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t copy_file_range(int source, off_t *from, int target, off_t *to, size_t count, unsigned flags) {
#define RESULT(count) syscall(SYS_copy_file_range, source, from, target, to, count, flags)
    STRUCK_WRITE(target, count, RESULT);
#undef RESULT
}

ssize_t writev(int descriptor, const struct iovec *vectors, int count) {
    STRUCK("write", descriptor, NULL, syscall(SYS_writev, descriptor, vectors, count));
}

int ftruncate(int descriptor, off_t length) {
    STRUCK("truncate", descriptor, NULL, (int)syscall(SYS_ftruncate, descriptor, length));
}

int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    STRUCK("truncate", descriptor, NULL, (int)syscall(SYS_fallocate, descriptor, mode, offset, length));
}

int fallocate64(int descriptor, int mode, off_t offset, off_t length) {
    return fallocate(descriptor, mode, offset, length);
}

int fsync(int descriptor) { STRUCK("sync", descriptor, NULL, REAL(fsync)(descriptor)); }

int fdatasync(int descriptor) { STRUCK("sync", descriptor, NULL, REAL(fdatasync)(descriptor)); }

int renameat2(int from, const char *source, int to, const char *target, unsigned flags) {
    STRUCK("rename", to, target, (int)syscall(SYS_renameat2, from, source, to, target, flags));
}

int renameat(int from, const char *source, int to, const char *target) {
    return renameat2(from, source, to, target, 0);
}

int rename(const char *source, const char *target) { return renameat2(AT_FDCWD, source, AT_FDCWD, target, 0); }

int linkat(int from, const char *source, int to, const char *target, int flags) {
    STRUCK("link", to, target, (int)syscall(SYS_linkat, from, source, to, target, flags));
}

int link(const char *source, const char *target) { return linkat(AT_FDCWD, source, AT_FDCWD, target, 0); }

int symlinkat(const char *content, int directory, const char *path) {
    STRUCK("link", directory, path, (int)syscall(SYS_symlinkat, content, directory, path));
}

int unlinkat(int directory, const char *path, int flags) {
    STRUCK("unlink", directory, path, (int)syscall(SYS_unlinkat, directory, path, flags));
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int directory, const char *path, mode_t mode) {
    STRUCK("mkdir", directory, path, (int)syscall(SYS_mkdirat, directory, path, mode));
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

// Closing what was written is where a network file system or a quota speaks up. The descriptor is closed whatever it
// says.
int close(int descriptor) {
    enum deed due = NOTHING;
    long flags = control && counts_closing ? syscall(SYS_fcntl, descriptor, F_GETFL) : -1;
    if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY) due = count_call("close", descriptor, NULL, 0);
    int code = errno;
    int result = (int)syscall(SYS_close, descriptor);
    if (due == KILL_AFTER) die();
    if (due != FAIL) return result;
    errno = code;
    return -1;
}
