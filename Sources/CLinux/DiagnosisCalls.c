#include "DiagnosisCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <sys/wait.h>
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

int linux_access_as(uint32_t user, const char *path, int mode) {
    enum { groups_maximum = 256, cannot_become = 255 };
    struct passwd *entry = getpwuid(user);
    if (entry == NULL) return -1;
    gid_t group = entry->pw_gid;
    gid_t groups[groups_maximum];
    int count = groups_maximum;
    if (getgrouplist(entry->pw_name, group, groups, &count) == -1) return -1;
    // A child of its own becomes that user, since nothing that goes wrong there can leave this process with less.
    pid_t child = fork();
    if (child == -1) return -1;
    if (child == 0) {
        if (setgroups((size_t)count, groups) == -1 || setresgid(group, group, group) == -1
            || setresuid(user, user, user) == -1) {
            _exit(cannot_become);
        }
        _exit(access(path, mode) == 0 ? 0 : errno);
    }
    int status;
    while (waitpid(child, &status, 0) == -1) {
        if (errno != EINTR) return -1;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) != cannot_become ? WEXITSTATUS(status) : -1;
}

int linux_clock_is_disciplined(int64_t *largest_error_microseconds) {
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    if (result == -1) return -1;
    *largest_error_microseconds = state.maxerror;
    return result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
