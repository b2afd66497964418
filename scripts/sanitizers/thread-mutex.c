// Tells the thread sanitizer what Swift's Mutex does where it has to wait: that part lies in a library of the
// toolchain which the sanitizer does not see into, so that it takes whatever a contended Mutex guards for a race.
// Preloaded by scripts/sanitize.sh; not a suppression: races beside a Mutex are still found.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Of the sanitizer's library, where the process has it.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

static void *original(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        abort();
    }
    return found;
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT void lock_slow(uint32_t thread, SELF) {
    static SWIFT void (*next)(uint32_t, SELF);
    if (!next) {
        next = (SWIFT void (*)(uint32_t, SELF))original(LOCK_SLOW);
    }
    next(thread, self);
    if (__tsan_acquire) {
        __tsan_acquire(self);
    }
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK_SLOW);
SWIFT void unlock_slow(SELF) {
    static SWIFT void (*next)(SELF);
    if (!next) {
        next = (SWIFT void (*)(SELF))original(UNLOCK_SLOW);
    }
    if (__tsan_release) {
        __tsan_release(self);
    }
    next(self);
}
