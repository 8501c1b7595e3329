#ifndef NP_PROGS_MOUNTS_H
#define NP_PROGS_MOUNTS_H

/*
 * Mounts that only the calling process and its children see.  Nothing here
 * allocates.
 */

#include "keep.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

/* mounts of our own, as root or in a user namespace; 0 or -1 */
static inline int
np_mounts_own(void)
{
    char map[32];
    int  fd, n, user = (int) getuid();

    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
            return -1;
        }

        fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
        n = snprintf(map, sizeof(map), "0 %d 1", user);

        if (fd < 0 || write(fd, map, (size_t) n) != n || close(fd) != 0) {
            return -1;
        }
    }

    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}


/* a file system of so many KiB at the folder, which is made; 0 or -1 */
static inline int
np_mounts_small(const char *folder, unsigned kib)
{
    char options[64];

    snprintf(options, sizeof(options), "size=%uk", kib);

    return (mkdir(folder, 0700) == 0 || access(folder, F_OK) == 0)
                   && mount("none", folder, "tmpfs", 0, options) == 0
               ? 0
               : -1;
}

#endif
