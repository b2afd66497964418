#include "NotifyCalls.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

int linux_notify_socket(void) {
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor == -1) return -1;
    // A manager that does not read must not hold up the work.
    struct timeval patience = {.tv_sec = 1};
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0) return descriptor;
    int failure = errno;
    close(descriptor);
    errno = failure;
    return -1;
}

int linux_notify_send(int descriptor, const char *address, const char *text, size_t count) {
    struct sockaddr_un target = {.sun_family = AF_UNIX};
    size_t length = strlen(address);
    if (length < 2 || (address[0] != '/' && address[0] != '@')) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (length >= sizeof target.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(target.sun_path, address, length);
    // An abstract name begins with a zero byte and ends where the address ends.
    if (address[0] == '@') target.sun_path[0] = 0;
    socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (address[0] == '/' ? 1 : 0));
    for (;;) {
        ssize_t sent = sendto(descriptor, text, count, MSG_NOSIGNAL, (const struct sockaddr *)&target, bytes);
        if (sent >= 0) return 0;
        if (errno != EINTR) return -1;
    }
}
