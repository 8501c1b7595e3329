/*
 * A file that a command writes: there as a whole, or as it was before.
 *
 * It is kept in memory while it is made, so that no signal leaves half of one
 * behind; those that would end us wait while it goes to the disk.
 */
#include "config.h"

#include "cli/np_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* descriptors that a shell may have given us */
#define NP_REPLACE_GIVEN 256


static void
np_replace_block(sigset_t *was)
{
    static const int end[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigset_t         set;

    (void) sigemptyset(&set);
    for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
        (void) sigaddset(&set, end[i]);
    }
    (void) sigprocmask(SIG_BLOCK, &set, was);
}


/* /dev/stdout, or another that is open for writing already: who has it would
 * lose it by a new file of its name.  Its descriptor, or -1 */
static int
np_replace_given(const struct stat *st)
{
    struct stat own;

    for (int fd = 0; fd < NP_REPLACE_GIVEN; fd++) {
        if (fstat(fd, &own) == 0 && own.st_dev == st->st_dev
            && own.st_ino == st->st_ino
            && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
            return fd;
        }
    }
    return -1;
}


/* a new file is as the old one, or if there is none as any other */
static int
np_replace_owner(const char *path, int fd)
{
    struct stat was, is;
    mode_t      mask;

    if (stat(path, &was) != 0) {
        mask = umask(0);
        (void) umask(mask);
        return fchmod(fd, 0666 & ~mask);
    }
    if (fstat(fd, &is) != 0
        || ((was.st_uid != is.st_uid || was.st_gid != is.st_gid)
            && fchown(fd, was.st_uid, was.st_gid) != 0)) {
        return -1;
    }
    return fchmod(fd, was.st_mode & 0777);
}


/* a file beside path, whose name goes to temp */
static int
np_replace_beside(const char *path, char temp[PATH_MAX])
{
    int fd;

    if (snprintf(temp, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd != -1 && np_replace_owner(path, fd) != 0) {
        int err = errno;

        (void) unlink(temp);
        (void) close(fd);
        errno = err;
        return -1;
    }
    return fd;
}


/* whether there can be a file beside path: 0, or -1 and errno */
static int
np_replace_try(const char *path)
{
    char     temp[PATH_MAX];
    sigset_t was;
    int      fd, err;

    np_replace_block(&was);
    fd = np_replace_beside(path, temp);
    err = errno;
    if (fd != -1) {
        (void) unlink(temp);
        (void) close(fd);
    }
    (void) sigprocmask(SIG_SETMASK, &was, NULL);
    errno = err;
    return fd != -1 ? 0 : -1;
}


/* whether it is of no use to look for room beside the file */
static int
np_replace_refused(int err)
{
    return err == EACCES || err == EPERM || err == EROFS || err == ENAMETOOLONG
           || err == EBUSY;
}


/* how path will be written; -1: not at all, errno says why */
static int
np_replace_choose(np_replace_t *r, const struct stat *st)
{
    struct stat link;
    int         fd;

    if (st != NULL && access(r->path, W_OK) != 0) {
        return -1;
    }
    /* a second name, or a link to what is not there yet */
    r->over = st != NULL ? st->st_nlink != 1 : lstat(r->path, &link) == 0;
    if (!r->over) {
        if (np_replace_try(r->path) == 0) {
            return 0;
        }
        if (!np_replace_refused(errno)) {
            return -1;
        }
        r->over = 1;
    }
    fd = open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd == -1) {
        return -1;
    }
    return close(fd);
}


static FILE *
np_replace_open(const char *name, int given)
{
    int   fd = given != -1 ? fcntl(given, F_DUPFD_CLOEXEC, 3)
                           : open(name, O_WRONLY | O_CLOEXEC);
    FILE *f = fd != -1 ? fdopen(fd, "w") : NULL;

    if (f == NULL && fd != -1) {
        (void) close(fd);
    }
    return f;
}


int
np_replace_begin(np_replace_t *r, const char *name)
{
    struct stat st, *old = stat(name, &st) == 0 ? &st : NULL;
    int         given = old != NULL ? np_replace_given(old) : -1;

    memset(r, 0, sizeof(*r));
    if (strcmp(name, "-") == 0) {
        r->f = stdout;
    } else if (old != NULL && (given != -1 || !S_ISREG(st.st_mode))) {
        r->f = np_replace_open(name, given);
    } else {
        r->path = old != NULL ? realpath(name, NULL) : strdup(name);
        if (r->path != NULL && np_replace_choose(r, old) == 0) {
            r->f = open_memstream(&r->text, &r->size);
        }
    }
    if (r->f == NULL) {
        free(r->path);
        return -1;
    }
    return 0;
}


static int
np_replace_write(const np_replace_t *r, int fd)
{
    size_t  at = 0;
    ssize_t n;

    while (at < r->size) {
        n = write(fd, r->text + at, r->size - at);
        if (n == -1 && errno != EINTR) {
            return -1;
        }
        at += n > 0 ? (size_t) n : 0;
    }
    return 0;
}


static int
np_replace_by_new(const np_replace_t *r)
{
    char temp[PATH_MAX];
    int  fd = np_replace_beside(r->path, temp);
    int  rc, err;

    if (fd == -1) {
        return -1;
    }
    rc = np_replace_write(r, fd);
    err = errno;
    if (close(fd) != 0 && rc == 0) {
        rc = -1;
        err = errno;
    }
    if (rc == 0) {
        rc = rename(temp, r->path);
        err = errno;
    }
    if (rc != 0) {
        (void) unlink(temp);
    }
    errno = err;
    return rc;
}


static int
np_replace_over(const np_replace_t *r)
{
    int fd = open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    int rc, err;

    if (fd == -1) {
        return -1;
    }
    rc = np_replace_write(r, fd) != 0 || ftruncate(fd, (off_t) r->size) != 0
             ? -1
             : 0;
    err = errno;
    if (close(fd) != 0 && rc == 0) {
        return -1;
    }
    errno = err;
    return rc;
}


static int
np_replace_store(const np_replace_t *r)
{
    sigset_t was;
    int      rc = -1, err;

    np_replace_block(&was);
    if (!r->over) {
        rc = np_replace_by_new(r);
    }
    /* a mount of its own (EBUSY) shows only here */
    if (r->over || (rc != 0 && np_replace_refused(errno))) {
        rc = np_replace_over(r);
    }
    err = errno;
    (void) sigprocmask(SIG_SETMASK, &was, NULL);
    errno = err;
    return rc;
}


int
np_replace_end(np_replace_t *r, int good)
{
    int bad = fflush(r->f) != 0 || ferror(r->f), err = errno;

    if (r->f != stdout && fclose(r->f) != 0 && !bad) {
        bad = 1;
        err = errno;
    }
    if (good && !bad && r->path != NULL) {
        bad = np_replace_store(r) != 0;
        err = errno;
    }
    free(r->path);
    free(r->text);
    memset(r, 0, sizeof(*r));
    errno = err;
    return good && bad ? -1 : 0;
}
