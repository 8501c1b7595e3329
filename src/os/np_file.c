/*
 * Files: a few raw system calls, and the names of reports.
 */

#include "config.h"

#include "os/np_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/np_call.h"
#include "base/np_out.h"
#include "os/np_env.h"
#include "os/np_proc.h"
#include "os/np_sandbox.h"

/* what programs ask strerror(3) for, which may allocate */
static const struct {
    int  err;
    char why[44];
} np_file_whys[] = {
    {ENOENT, "there is no such file or folder"},
    {ENOTDIR, "a part of its name is no folder"},
    {EISDIR, "it is a folder"},
    {ELOOP, "it is a symbolic link, which is not followed"},
    {ENODEV, "it is no regular file"},
    {ENXIO, "nobody reads from it"},
    {EPIPE, "nobody reads from it any more"},
    {EAGAIN, "nobody reads what it holds"},
    {EEXIST, "there is one of each name"},
    {EACCES, "permission is denied"},
    {EPERM, "it is not permitted"},
    {EROFS, "its file system is read-only"},
    {ENOSPC, "its disk is full"},
    {EDQUOT, "the quota of its disk is used up"},
    {EFBIG, "files may not be so large (ulimit -f)"},
    {EOPNOTSUPP, "its file system maps none for writing"},
    {EMFILE, "no descriptor is free (ulimit -n)"},
    {ENAMETOOLONG, "its name is too long"},
    {EINVAL, "its name is too long, or has a wrong %"},
};


int
np_file_name(char *buf, size_t n, const char *pattern)
{
    np_out_t    o;
    const char *s;

    np_out_init(&o, -1, buf, n);

    for (s = pattern; *s != '\0'; s++) {
        if (*s != '%') {
            np_out_bytes(&o, s, 1);
            continue;
        }

        switch (*++s) {

        case 'p':
            np_outf(&o, "%d", np_proc_pid());
            break;

        case 'n':
            np_outf(&o, "%s", np_env_command());
            break;

        case '%':
            np_outf(&o, "%%");
            break;

        default:
            return -1;
        }
    }

    return np_out_flush(&o);
}


int
np_file_is_pattern(const char *text)
{
    for (; (text = strchr(text, '%')) != NULL; text += 2) {
        if (text[1] != 'p' && text[1] != 'n' && text[1] != '%') {
            return 0;
        }
    }

    return 1;
}


/* waits for nobody: a FIFO that no one reads is refused, and a read of what
 * has nothing to give comes back */
static int
np_file_open(const char *name, int flags)
{
    long fd;

    do {
        fd = np_call_6(SYS_openat, AT_FDCWD, name,
                       flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600, 0, 0);
    } while (fd == -EINTR);

    return (int) fd;
}


/* of what is open: S_IFMT of <sys/stat.h>, and its bytes; 0: nobody knows */
static unsigned
np_file_type_of(int fd, off_t *size)
{
    struct stat st;

    if (np_call_6(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH, 0, 0) != 0) {
        return 0;
    }

    *size = st.st_size;

    return st.st_mode & S_IFMT;
}


int
np_file_create(const char *name)
{
    int   fd = np_file_open(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    off_t size;

    /* a sandbox may kill for the question */
    if (fd >= 0 && !np_sandbox_is_on()
        && np_file_type_of(fd, &size) == S_IFBLK) {
        np_file_close(fd);
        return -ENODEV;
    }

    return fd;
}


int
np_file_create_new(const char *name)
{
    return np_file_open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
}


unsigned
np_file_type(const char *name, int follow)
{
    struct stat st;
    int         flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;

    return np_call_6(SYS_newfstatat, AT_FDCWD, name, &st, flags, 0, 0) == 0
               ? st.st_mode & S_IFMT
               : 0;
}


void
np_file_remove(const char *name)
{
    (void) np_call(SYS_unlinkat, AT_FDCWD, name, 0);
}


int
np_file_resize(int fd, size_t n)
{
    return (int) np_call(SYS_ftruncate, fd, n, 0);
}


size_t
np_file_limit(void)
{
    struct rlimit limit;

    return np_call_6(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit, 0, 0) == 0
               ? limit.rlim_cur
               : SIZE_MAX;
}


long
np_file_link(const char *name, char *buf, size_t n)
{
    long rc = np_call_6(SYS_readlinkat, AT_FDCWD, name, buf, n, 0, 0);

    return rc >= 0 ? rc : -1;
}


void
np_file_close(int fd)
{
    /* not again on EINTR: Linux has closed it by then */
    (void) np_call(SYS_close, fd, 0, 0);
}


/* up to n bytes of what is open; how many, or the error's number */
static long
np_file_fill(int fd, char *buf, size_t n)
{
    long   rc;
    size_t done = 0;

    do {
        rc = np_call(SYS_read, fd, buf + done, n - done);
        done += rc > 0 ? (size_t) rc : 0;
    } while (done < n && (rc > 0 || rc == -EINTR));

    return rc < 0 ? rc : (long) done;
}


long
np_file_read(const char *name, char *buf, size_t n)
{
    int  fd = np_file_open(name, O_RDONLY);
    long rc;

    if (fd < 0) {
        return fd;
    }

    rc = np_file_fill(fd, buf, n);
    np_file_close(fd);

    return rc;
}


/* more of the file behind the first `have` of n - 1 bytes; how many there are
 * then, ended by a 0 */
static size_t
np_file_more(int fd, char *buf, size_t have, size_t n)
{
    long rc = np_file_fill(fd, buf + have, n - 1 - have);

    have += rc > 0 ? (size_t) rc : 0;
    buf[have] = '\0';

    return have;
}


long
np_file_find(const char *name, const char *what, char *buf, size_t n)
{
    size_t length = strlen(what), have = 0, keep = 0;
    char  *s = NULL;
    int    fd = np_file_open(name, O_RDONLY);

    if (fd < 0) {
        return -1;
    }

    do {
        /* it may begin at the end of a piece */
        keep = have < length ? have : length - 1;
        memmove(buf, buf + have - keep, keep);
        have = np_file_more(fd, buf, keep, n);
        s = strstr(buf, what);
    } while (s == NULL && have > keep);

    if (s != NULL) {
        have -= (size_t) (s + length - buf);
        memmove(buf, s + length, have);
        have = np_file_more(fd, buf, have, n);
    }

    np_file_close(fd);

    return s != NULL ? (long) have : -1;
}


long
np_file_read_regular(const char *name, char *buf, size_t n)
{
    int      fd = np_file_open(name, O_RDONLY);
    off_t    size = 0;
    unsigned type;
    long     rc;

    if (fd < 0) {
        return fd;
    }

    type = np_file_type_of(fd, &size);

    if (type == S_IFREG) {
        rc = size != 0 ? np_file_fill(fd, buf, n) : 0;

    } else {
        rc = type == S_IFDIR ? -EISDIR : -ENODEV;
    }

    np_file_close(fd);

    return rc;
}


void
np_file_why(np_out_t *o, int err)
{
    size_t i;

    for (i = 0; i < sizeof(np_file_whys) / sizeof(np_file_whys[0]); i++) {
        if (np_file_whys[i].err == err) {
            np_outf(o, "%s", np_file_whys[i].why);
            return;
        }
    }

    np_outf(o, "error %d of errno(3)", err);
}
