/*
 * Where `ngxpool top` reads from.
 */
#include "config.h"

#include "cli/np_top_source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/np_pack.h"
#include "report/np_peek.h"

/* one line of /proc/PID/maps */
typedef struct {
    char range[40];
    char access[8];
    char path[PATH_MAX];
} np_top_mapping_t;


/* the name that the process has for itself is in its innermost namespace */
static uint32_t
np_top_own_pid(pid_t pid)
{
    char     name[40], line[256], *last;
    uint32_t own = (uint32_t) pid;
    FILE    *f;

    (void) snprintf(name, sizeof(name), "/proc/%d/status", (int) pid);
    f = fopen(name, "re");
    if (f == NULL) {
        return own;
    }
    while (fgets(line, sizeof(line), f) != NULL) {
        if (strncmp(line, "NSpid:", 6) == 0
            && (last = strrchr(line, '\t')) != NULL) {
            own = (uint32_t) strtoul(last + 1, NULL, 10);
        }
    }
    (void) fclose(f);
    return own;
}


/* shared and writable: what a profile's mapping is, and few others are */
static int
np_top_mapping(np_top_mapping_t *m, const char *line)
{
    char offset[40];

    return sscanf(line, "%39s %7s %39s %*s %*s %4095[^\n]", m->range,
                  m->access, offset, m->path)
               == 4
           && m->access[1] == 'w' && m->access[3] == 's'
           && strspn(offset, "0") == strlen(offset) && m->path[0] == '/';
}


/* -1: it is no profile of this process */
static int
np_top_open(np_top_source_t *s, const np_top_mapping_t *m, uint32_t own)
{
    char        path[PATH_MAX + 64];
    struct stat st;
    np_peek_t   peek;
    int         fd;

    (void) snprintf(path, sizeof(path), "/proc/%d/map_files/%s", (int) s->pid,
                    m->range);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd == -1) {
        (void) snprintf(path, sizeof(path), "/proc/%d/root%s", (int) s->pid,
                        m->path);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    }
    if (fd == -1) {
        return -1;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || np_peek(&peek, fd) != 0
        || peek.pid != own) {
        (void) close(fd);
        errno = 0;
        return -1;
    }
    if (s->fd != -1) {
        (void) close(s->fd);
    }
    s->fd = fd;
    s->inode = st.st_ino;
    (void) snprintf(s->name, sizeof(s->name), "/proc/self/fd/%d", fd);
    return 0;
}


static int
np_top_same(const char *theirs, const char *ours)
{
    struct stat a, b;

    return stat(theirs, &a) != 0 || stat(ours, &b) != 0
           || (a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}


/* where the process's files are, when they are not where ours are */
static void
np_top_root(np_top_source_t *s)
{
    char space[40];

    (void) snprintf(space, sizeof(space), "/proc/%d/ns/mnt", (int) s->pid);
    (void) snprintf(s->root, sizeof(s->root), "/proc/%d/root", (int) s->pid);
    if (np_top_same(space, "/proc/self/ns/mnt") && np_top_same(s->root, "/")) {
        s->root[0] = '\0';
    }
}


/* dead, though its parent has not asked for its status yet.  A process whose
 * first thread has ended looks alike, and has others */
static int
np_top_is_zombie(pid_t pid)
{
    char  name[40], line[1024], *behind = NULL, state = '?';
    long  threads = 1;
    FILE *f;

    (void) snprintf(name, sizeof(name), "/proc/%d/stat", (int) pid);
    f = fopen(name, "re");
    if (f == NULL) {
        return 0;
    }
    /* "PID (NAME) STATE ..."; a name may have parentheses, too */
    if (fgets(line, sizeof(line), f) != NULL
        && (behind = strrchr(line, ')')) != NULL) {
        (void) sscanf(behind + 1,
                      " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                      "%*s %*s %*s %*s %ld",
                      &state, &threads);
    }
    (void) fclose(f);
    return (state == 'Z' || state == 'X') && threads <= 1;
}


static int
np_top_explain(pid_t pid, int library, int denied, char err[NP_TOP_ERROR])
{
    if (np_top_is_zombie(pid)) {
        (void) snprintf(err, NP_TOP_ERROR, "process %d has ended", (int) pid);
    } else if (denied && geteuid() == 0) {
        (void) snprintf(err, NP_TOP_ERROR,
                        "process %d: its profile cannot be read: root is "
                        "without CAP_SYS_PTRACE here, or a security module "
                        "forbids it; name the profile's file instead",
                        (int) pid);
    } else if (denied) {
        (void) snprintf(err, NP_TOP_ERROR,
                        "process %d: its profile cannot be read; be its user, "
                        "or root",
                        (int) pid);
    } else if (library) {
        (void) snprintf(err, NP_TOP_ERROR,
                        "process %d has libngxpool.so, but is not profiled; "
                        "start it with NGXPOOL_PROFILE=sample",
                        (int) pid);
    } else {
        (void) snprintf(err, NP_TOP_ERROR,
                        "process %d is not profiled; start it with 'ngxpool "
                        "run --profile=sample -- COMMAND'",
                        (int) pid);
    }
    return -1;
}


int
np_top_source_process(np_top_source_t *s, pid_t pid, char err[NP_TOP_ERROR])
{
    np_top_mapping_t m;
    char             name[40], *line = NULL;
    size_t           room = 0;
    uint32_t         own = np_top_own_pid(pid);
    int              library = 0, denied = 0, found = 0;
    FILE            *f;

    memset(s, 0, sizeof(*s));
    s->pid = pid;
    s->fd = -1;
    (void) snprintf(name, sizeof(name), "/proc/%d/maps", (int) pid);
    f = fopen(name, "re");
    if (f == NULL) {
        if (errno != ENOENT && errno != ESRCH) {
            return np_top_explain(pid, 0, 1, err);
        }
        (void) snprintf(err, NP_TOP_ERROR, "there is no process %d",
                        (int) pid);
        return -1;
    }
    while (!found && getline(&line, &room, f) != -1) {
        library |= strstr(line, "/libngxpool.so") != NULL;
        if (np_top_mapping(&m, line)) {
            errno = 0;
            found = np_top_open(s, &m, own) == 0;
            denied |= !found && (errno == EACCES || errno == EPERM);
        }
    }
    free(line);
    (void) fclose(f);
    if (!found) {
        return np_top_explain(pid, library, denied, err);
    }
    np_top_root(s);
    return 0;
}


int
np_top_source_file(np_top_source_t *s, const char *file,
                   char err[NP_TOP_ERROR])
{
    struct stat st;

    memset(s, 0, sizeof(*s));
    s->file = file;
    s->fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd == -1 || fstat(s->fd, &st) != 0) {
        (void) snprintf(err, NP_TOP_ERROR, "%s: %s", file, strerror(errno));
        np_top_source_close(s);
        return -1;
    }
    s->inode = st.st_ino;
    (void) snprintf(s->name, sizeof(s->name), "/proc/self/fd/%d", s->fd);
    return 0;
}


int
np_top_source_is_gone(const np_top_source_t *s, const np_profile_t *p)
{
    pid_t pid = s->pid != 0 ? s->pid : (pid_t) p->header.pid;

    return p->over || pid <= 0 || (kill(pid, 0) != 0 && errno == ESRCH)
           || np_top_is_zombie(pid);
}


int
np_top_source_follow(np_top_source_t *s)
{
    np_top_source_t next;
    char            err[NP_TOP_ERROR];

    if (s->pid == 0 || np_top_source_process(&next, s->pid, err) != 0) {
        return 0;
    }
    if (next.inode == s->inode) {
        np_top_source_close(&next);
        return 0;
    }
    np_top_source_close(s);
    *s = next;
    return 1;
}


np_profile_t *
np_top_source_load(const np_top_source_t *s, char err[NP_TOP_ERROR])
{
    char          why[NP_PROFILE_ERROR];
    np_profile_t *p = np_profile_load(s->name, why);

    if (p == NULL) {
        (void) snprintf(err, NP_TOP_ERROR, "%s%s%s",
                        s->file != NULL ? s->file : "",
                        s->file != NULL ? ": " : "", why);
    }
    return p;
}


int
np_top_source_save(const np_top_source_t *s, const char *file)
{
    int   to = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0600);
    FILE *f = to != -1 ? fdopen(to, "w") : NULL;
    int   rc, err;

    if (f == NULL) {
        return -1;
    }
    rc = np_pack(f, s->name, 0);
    err = errno;
    if (fclose(f) != 0 && rc == 0) {
        err = errno;
        rc = -1;
    }
    if (rc != 0) {
        (void) unlink(file);
    }
    errno = err;
    return rc;
}


void
np_top_source_close(np_top_source_t *s)
{
    if (s->fd != -1) {
        (void) close(s->fd);
    }
    s->fd = -1;
}
