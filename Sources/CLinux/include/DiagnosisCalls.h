#ifndef BATCHD_DIAGNOSIS_CALLS_H
#define BATCHD_DIAGNOSIS_CALLS_H

#include <stdint.h>

// What is at a path and where it lies, as far as anybody may ask without opening it.
struct linux_place {
    uint64_t device;
    uint64_t mount; // 0 where the kernel does not say.
    uint32_t user;
    uint32_t group;
    uint32_t mode;  // With the kind in the upper bits, as stat(2) has it.
    uint32_t magic; // Of the file system, as the manual of statfs(2) lists it; 0 where it cannot be had.
};

// Describes a path relative to a directory, itself where it is a link, or what the link leads to. 0, or -1 with errno.
int linux_describe_place(int directory, const char *path, int follows, struct linux_place *place);

// Asks access(2) as another user would, with that user's groups; only root can. 0, the errno of a refusal, or -1 where
// it cannot be asked.
int linux_access_as(uint32_t user, const char *path, int mode);

// Whether something disciplines the clock: 1 with the largest error in microseconds, 0 where nothing does, -1 with errno.
int linux_clock_is_disciplined(int64_t *largest_error_microseconds);

#endif
