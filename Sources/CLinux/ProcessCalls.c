#include "ProcessCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int linux_pidfd_open(pid_t process) {
    // glibc has a wrapper only since 2.36.
    return (int)syscall(SYS_pidfd_open, process, 0);
}

static int add_descriptors(posix_spawn_file_actions_t *actions, const int *sources, const int *targets, size_t count) {
    for (size_t index = 0; index < count; index++) {
        int failure = posix_spawn_file_actions_adddup2(actions, sources[index], targets[index]);
        if (failure != 0) return failure;
    }
    return 0;
}

static int set_attributes(posix_spawnattr_t *attributes, int leads_group) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawnattr_setsigmask(attributes, &none);
    if (failure == 0) failure = posix_spawnattr_setsigdefault(attributes, &all);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (leads_group) flags |= POSIX_SPAWN_SETPGROUP;
    if (failure == 0) failure = posix_spawnattr_setflags(attributes, flags);
    return failure;
}

int linux_spawn(pid_t *process, const char *executable, char *const arguments[], char *const environment[],
                const int *sources, const int *targets, size_t count, int leads_group) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure == 0) {
        failure = add_descriptors(&actions, sources, targets, count);
        if (failure == 0) failure = set_attributes(&attributes, leads_group);
        if (failure == 0) failure = posix_spawn(process, executable, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

pid_t linux_reap(pid_t process, int *exit_code, int *signal) {
    int status = 0;
    pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended > 0) {
        *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return ended;
}

int linux_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int linux_drop_ambient_capabilities(void) {
    int result = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    // Before Linux 4.3 there were none.
    return result == -1 && errno == EINVAL ? 0 : result;
}

int linux_sealed_memory(const char *name, size_t bytes) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor == -1) return -1;
    if (ftruncate(descriptor, (off_t)bytes) == 0
        && fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
        return descriptor;
    }
    int failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
}
