/*
 * Packs a profile in place.
 */
#include "config.h"

#include "cli/np_compact.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/np_pack.h"


/* the new file is as the old one, which is no link */
static int
np_compact_owner(const char *path, int to)
{
    struct stat st;

    if (lstat(path, &st) != 0) {
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        errno = S_ISLNK(st.st_mode) ? ELOOP : EINVAL;
        return -1;
    }
    return fchmod(to, st.st_mode & 0777) != 0
                   || (st.st_uid != geteuid()
                       && fchown(to, st.st_uid, st.st_gid) != 0)
               ? -1
               : 0;
}


static int
np_compact_beside(const char *path, char *temp)
{
    int   to = mkostemp(temp, O_CLOEXEC), rc, err;
    FILE *f = to != -1 ? fdopen(to, "w") : NULL;

    if (f == NULL) {
        return -1;
    }
    rc = np_compact_owner(path, to) != 0 || np_pack(f, path, 1) != 0 ? -1 : 0;
    err = errno;
    if (fclose(f) != 0 && rc == 0) {
        err = errno;
        rc = -1;
    }
    if (rc == 0) {
        rc = rename(temp, path);
        err = errno;
    }
    if (rc != 0) {
        (void) unlink(temp);
    }
    errno = err;
    return rc;
}


int
np_compact(const char *path)
{
    static const int end[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    char             temp[PATH_MAX];
    sigset_t         set, was;
    int              rc, err;

    if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path)
        >= (int) sizeof(temp)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    (void) sigemptyset(&set);
    for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
        (void) sigaddset(&set, end[i]);
    }
    (void) sigprocmask(SIG_BLOCK, &set, &was);
    rc = np_compact_beside(path, temp);
    err = errno;
    (void) sigprocmask(SIG_SETMASK, &was, NULL);
    errno = err;
    return rc;
}
