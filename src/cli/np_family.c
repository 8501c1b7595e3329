/*
 * The descendants of a process.  Two ways: the children file of each thread
 * (CONFIG_PROC_CHILDREN), whose cost grows with the family; and where it is
 * missing, the parent of every process of the machine.
 */
#include "config.h"

#include "cli/np_family.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* links of a task directory with one thread in it: most processes, whose
 * directory then need not be read */
#define NP_FAMILY_ALONE 3


int
np_family_init(np_family_t *f, const char *proc)
{
    memset(f, 0, sizeof(*f));
    f->proc = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return f->proc == -1 ? -1 : 0;
}


void
np_family_fini(np_family_t *f)
{
    free(f->v);
    (void) close(f->proc);
}


/* 0 is nobody's pid: a file's end, two blanks */
static int
np_family_add(np_family_t *f, pid_t pid, pid_t parent, const pid_t *except)
{
    if (pid == 0) {
        return 0;
    }
    for (; *except != 0; except++) {
        if (*except == pid) {
            return 0;
        }
    }
    if (f->n == f->room) {
        size_t              room = f->room == 0 ? 32 : 2 * f->room;
        np_family_member_t *v = realloc(f->v, room * sizeof(*v));

        if (v == NULL) {
            return -1;
        }
        f->v = v;
        f->room = room;
    }
    f->v[f->n].pid = pid;
    f->v[f->n++].parent = parent;
    return 0;
}


static DIR *
np_family_opendir(const np_family_t *f, const char *path)
{
    int  fd = openat(f->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d;

    if (fd == -1) {
        return NULL;
    }
    d = fdopendir(fd);
    if (d == NULL) {
        (void) close(fd);
    }
    return d;
}


/* 1: read; 0: there is no such file; -1: out of memory */
static int
np_family_children(np_family_t *f, pid_t parent, const char *task,
                   const pid_t *except)
{
    char    buf[4096];
    int     fd, pid = 0, rc = 0;
    ssize_t n;

    (void) snprintf(buf, sizeof(buf), "%d/task/%.20s/children", (int) parent,
                    task);
    fd = openat(f->proc, buf, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return 0;
    }
    while (rc == 0 && (n = read(fd, buf, sizeof(buf))) >= 0) {
        for (ssize_t i = 0; i < n && rc == 0; i++) {
            if (isdigit((unsigned char) buf[i])) {
                pid = pid * 10 + (buf[i] - '0');
                continue;
            }
            rc = np_family_add(f, (pid_t) pid, parent, except);
            pid = 0;
        }
        if (n == 0) {
            rc = np_family_add(f, (pid_t) pid, parent, except);
            break;
        }
    }
    (void) close(fd);
    return rc == 0 ? 1 : -1;
}


/* 1: some thread's children were read; 0: none; -1: out of memory */
static int
np_family_threads(np_family_t *f, pid_t parent, const pid_t *except)
{
    char           path[40];
    DIR           *d;
    struct dirent *e;
    struct stat    st;
    int            rc, any = 0;

    (void) snprintf(path, sizeof(path), "%d/task", (int) parent);
    if (fstatat(f->proc, path, &st, 0) != 0) {
        return 0;
    }
    if (st.st_nlink == NP_FAMILY_ALONE) {
        (void) snprintf(path, sizeof(path), "%d", (int) parent);
        return np_family_children(f, parent, path, except);
    }
    (void) snprintf(path, sizeof(path), "%d/task", (int) parent);
    d = np_family_opendir(f, path);
    if (d == NULL) {
        return 0;
    }
    while ((e = readdir(d)) != NULL) {
        if (!isdigit((unsigned char) e->d_name[0])) {
            continue;
        }
        rc = np_family_children(f, parent, e->d_name, except);
        if (rc == -1) {
            any = -1;
            break;
        }
        any |= rc;
    }
    (void) closedir(d);
    return any;
}


/* the parent's pid stands behind the command, which may hold anything, a
 * closing parenthesis included */
static pid_t
np_family_parent(const np_family_t *f, const char *pid)
{
    char    path[40], buf[512], *p;
    int     fd, parent;
    ssize_t n;

    (void) snprintf(path, sizeof(path), "%.20s/stat", pid);
    fd = openat(f->proc, path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }
    n = read(fd, buf, sizeof(buf) - 1);
    (void) close(fd);
    buf[n > 0 ? n : 0] = '\0';
    p = strrchr(buf, ')');
    return p != NULL && sscanf(p + 1, " %*c %d", &parent) == 1 ? parent : -1;
}


/* everything whose parent is in the list already joins it, until nothing
 * does: members of a family are few, levels fewer */
static int
np_family_scan(np_family_t *f, pid_t root, const pid_t *except)
{
    np_family_t    all = {.proc = f->proc};
    const pid_t    none = 0;
    DIR           *d = np_family_opendir(f, ".");
    struct dirent *e;
    int            rc = 0;

    while (d != NULL && rc == 0 && (e = readdir(d)) != NULL) {
        if (isdigit((unsigned char) e->d_name[0])) {
            rc = np_family_add(&all, (pid_t) atoi(e->d_name),
                               np_family_parent(f, e->d_name), &none);
        }
    }
    if (d != NULL) {
        (void) closedir(d);
    }
    for (size_t at = 0, i = 0; rc == 0 && at <= f->n; at++) {
        pid_t parent = at == 0 ? root : f->v[at - 1].pid;

        for (i = 0; rc == 0 && i < all.n; i++) {
            if (all.v[i].parent == parent) {
                rc = np_family_add(f, all.v[i].pid, parent, except);
            }
        }
    }
    free(all.v);
    return rc;
}


int
np_family_collect(np_family_t *f, pid_t root, const pid_t *except)
{
    int rc;

    f->n = 0;
    rc = np_family_threads(f, root, except);
    if (rc == 0) {
        return np_family_scan(f, root, except);
    }
    for (size_t i = 0; rc != -1 && i < f->n; i++) {
        rc = np_family_threads(f, f->v[i].pid, except);
    }
    return rc == -1 ? -1 : 0;
}
