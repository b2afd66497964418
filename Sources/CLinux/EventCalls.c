#include "EventCalls.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

int linux_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

void linux_eventfd_raise(int descriptor) {
    // It fails only when the counter is full, and then the waiter has long been woken.
    (void)eventfd_write(descriptor, 1);
}

void linux_eventfd_clear(int descriptor) {
    eventfd_t count;
    (void)eventfd_read(descriptor, &count);
}

int linux_inotify(void) {
    return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

int linux_inotify_watch(int inotify, const char *directory) {
    const uint32_t events = IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;
    return inotify_add_watch(inotify, directory, events | IN_ONLYDIR | IN_EXCL_UNLINK);
}

int linux_inotify_decode(const void *buffer, size_t count, size_t offset, struct linux_inotify_record *record) {
    if (count < sizeof(struct inotify_event) || offset > count - sizeof(struct inotify_event)) return 0;
    const struct inotify_event *event = (const void *)((const char *)buffer + offset);
    record->watch = event->wd;
    record->moved_in = (event->mask & IN_MOVED_TO) != 0;
    record->ended = (event->mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0;
    record->name = event->len > 0 ? event->name : NULL;
    record->bytes = sizeof(struct inotify_event) + event->len;
    return 1;
}

int linux_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure != 0) {
        errno = failure;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int linux_signalfd_next(int descriptor) {
    struct signalfd_siginfo information;
    ssize_t count = read(descriptor, &information, sizeof information);
    if (count == (ssize_t)sizeof information) return (int)information.ssi_signo;
    return count == -1 && errno == EAGAIN ? 0 : -1;
}
