#ifndef BATCHD_NOTIFY_CALLS_H
#define BATCHD_NOTIFY_CALLS_H

#include <stddef.h>

// A socket to tell a service manager by, closed on exec; -1 with errno. A call on it waits a second at most.
int linux_notify_socket(void);

// Sends one datagram to an address as NOTIFY_SOCKET has it: a path, or '@' and an abstract name. 0, or -1 with errno:
// EAFNOSUPPORT for an address of another kind, ENAMETOOLONG for one that is too long.
int linux_notify_send(int descriptor, const char *address, const char *text, size_t count);

#endif
