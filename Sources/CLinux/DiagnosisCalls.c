#include "DiagnosisCalls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

int linux_describe_place(int directory, const char *path, int follows, struct linux_place *place) {
    struct statx description;
    int link = follows ? 0 : AT_SYMLINK_NOFOLLOW;
    if (statx(directory, path, link, STATX_BASIC_STATS | STATX_MNT_ID, &description) == -1) return -1;
    place->device = makedev(description.stx_dev_major, description.stx_dev_minor);
    place->mount = description.stx_mask & STATX_MNT_ID ? description.stx_mnt_id : 0;
    place->user = description.stx_uid;
    place->group = description.stx_gid;
    place->mode = description.stx_mode;
    place->magic = 0;
    // A path descriptor needs no permission on what it names.
    int descriptor = openat(directory, path, O_PATH | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW));
    if (descriptor == -1) return 0;
    struct statfs system;
    if (fstatfs(descriptor, &system) == 0) place->magic = (uint32_t)system.f_type;
    close(descriptor);
    return 0;
}

int linux_clock_is_disciplined(int64_t *largest_error_microseconds) {
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    if (result == -1) return -1;
    *largest_error_microseconds = state.maxerror;
    return result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
