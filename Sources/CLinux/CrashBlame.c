#include "CrashBlame.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#define HANDLER_STACK_BYTES 65536

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};

static _Atomic(struct inflight_memory *) shared_memory;

// Initial-exec storage is laid out when the thread starts, so the handler's access allocates nothing.
static _Thread_local int bound_slot __attribute__((tls_model("initial-exec"))) = -1;
static _Thread_local void *handler_stack __attribute__((tls_model("initial-exec")));

// Only async-signal-safe calls here. A signal that another process sent blames nobody: any thread may receive it.
static void blame_and_die(int signal_number, siginfo_t *information, void *context) {
    (void)context;
    int raised_here = information->si_code > 0 || (information->si_code == SI_TKILL && information->si_pid == getpid());
    struct inflight_memory *memory = atomic_load(&shared_memory);
    if (raised_here && bound_slot >= 0 && memory != NULL) inflight_blame(memory, bound_slot);

    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal_number, &standard, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    raise(signal_number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int crash_blame_install(struct inflight_memory *memory) {
    atomic_store(&shared_memory, memory);
    struct sigaction action = {.sa_sigaction = blame_and_die, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    for (size_t index = 0; index < sizeof fatal_signals / sizeof *fatal_signals; index++) {
        if (sigaction(fatal_signals[index], &action, NULL) == -1) return -1;
    }
    return 0;
}

int crash_blame_bind_thread(int slot) {
    if (handler_stack == NULL) {
        void *memory = mmap(NULL, HANDLER_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return -1;
        stack_t stack = {.ss_sp = memory, .ss_size = HANDLER_STACK_BYTES};
        if (sigaltstack(&stack, NULL) == -1) {
            int failure = errno;
            munmap(memory, HANDLER_STACK_BYTES);
            errno = failure;
            return -1;
        }
        handler_stack = memory;
    }
    bound_slot = slot;
    return 0;
}

void crash_blame_unbind_thread(void) {
    bound_slot = -1;
    if (handler_stack == NULL) return;
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    munmap(handler_stack, HANDLER_STACK_BYTES);
    handler_stack = NULL;
}
