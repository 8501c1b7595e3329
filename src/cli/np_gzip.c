/*
 * Gzips a file in place.
 */
#include "config.h"

#include "cli/np_gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define NP_GZIP_CHUNK (256 * 1024)


/* takes `to` over */
static int
np_gzip_copy(np_gzip_t *g, int from, int to)
{
    static char buf[NP_GZIP_CHUNK];
    gzFile      gz = gzdopen(to, "wb");
    uint64_t    done = 0;
    ssize_t     n;
    int         bad;

    if (gz == NULL) {
        (void) close(to);
        errno = ENOMEM;
        return -1;
    }
    while ((n = read(from, buf, sizeof(buf))) > 0) {
        if (gzwrite(gz, buf, (unsigned) n) != (int) n) {
            break;
        }
        done += (uint64_t) n;
        if (g->progress != NULL) {
            g->progress(g->data, g->before != 0
                                     ? (double) done / (double) g->before
                                     : 1);
        }
    }
    /* the disk may be full only now */
    bad = n != 0 ? errno : 0;
    if (gzclose(gz) != Z_OK && bad == 0) {
        bad = errno != 0 ? errno : EIO;
    }
    errno = bad;
    return bad == 0 ? 0 : -1;
}


static int
np_gzip_beside(np_gzip_t *g, int from, const char *path, const char *temp,
               int to)
{
    struct stat st;
    int         err;

    if (fstat(from, &st) == 0 && fchmod(to, st.st_mode & 0777) == 0
        && (st.st_uid == geteuid() || fchown(to, st.st_uid, st.st_gid) == 0)) {
        g->before = (uint64_t) st.st_size;
        errno = 0;
        if (np_gzip_copy(g, from, to) == 0 && stat(temp, &st) == 0
            && rename(temp, path) == 0) {
            g->after = (uint64_t) st.st_size;
            return 0;
        }
    } else {
        err = errno;
        (void) close(to);
        errno = err;
    }
    err = errno;
    (void) unlink(temp);
    errno = err;
    return -1;
}


int
np_gzip_file(np_gzip_t *g, const char *path)
{
    char temp[PATH_MAX];
    int  from, to, rc = -1, err;

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
    if (to != -1) {
        rc = np_gzip_beside(g, from, path, temp, to);
    }
    err = errno;
    (void) close(from);
    errno = err;
    return rc;
}
