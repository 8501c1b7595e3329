/*
 * Gzips a file in place.
 */
#include "config.h"

#include "cli/np_compact.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/np_gzip.h"

#define NP_COMPACT_CHUNK (256 * 1024)


static int
np_compact_copy(const np_compact_t *c, int from, off_t size, FILE *to)
{
    static char buf[NP_COMPACT_CHUNK];
    np_gzip_t  *z = np_gzip_open(to);
    off_t       done = 0;
    ssize_t     n;
    int         bad = 0;

    if (z == NULL) {
        errno = ENOMEM;
        return -1;
    }
    while (!bad && (n = read(from, buf, sizeof(buf))) != 0) {
        bad = n == -1 || np_gzip_write(z, buf, (size_t) n) != 0;
        done += bad ? 0 : n;
        if (c->progress != NULL && size != 0) {
            c->progress(c->data, (double) done / (double) size);
        }
    }
    /* the disk may be full only now */
    if ((np_gzip_close(z) != 0 || fflush(to) != 0) && !bad) {
        bad = 1;
    }
    if (bad && errno == 0) {
        errno = EIO;
    }
    return bad ? -1 : 0;
}


static int
np_compact_beside(const np_compact_t *c, int from, FILE *to)
{
    struct stat st;

    if (fstat(from, &st) != 0 || fchmod(fileno(to), st.st_mode & 0777) != 0
        || (st.st_uid != geteuid()
            && fchown(fileno(to), st.st_uid, st.st_gid) != 0)) {
        return -1;
    }
    errno = 0;
    return np_compact_copy(c, from, st.st_size, to);
}


int
np_compact(const np_compact_t *c, const char *path)
{
    char  temp[PATH_MAX];
    FILE *f;
    int   from, to, rc = -1, err;

    if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path)
        >= (int) sizeof(temp)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from == -1) {
        return -1;
    }
    to = mkostemp(temp, O_CLOEXEC);
    f = to != -1 ? fdopen(to, "w") : NULL;
    if (f != NULL) {
        rc = np_compact_beside(c, from, f);
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
    }
    err = errno;
    (void) close(from);
    errno = err;
    return rc;
}
