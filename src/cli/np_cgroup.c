/*
 * A cgroup (v2) for each run, where one can be made.
 */
#include "config.h"

#include "cli/np_cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>


/* -1, or the length of what was read into text[] */
static ssize_t
np_cgroup_slurp(const char *path, char *text, size_t size)
{
    int     fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t  n = 0;
    ssize_t got = 0;

    text[0] = '\0';
    if (fd == -1) {
        return -1;
    }
    while (n + 1 < size && (got = read(fd, text + n, size - 1 - n)) > 0) {
        n += (size_t) got;
    }
    (void) close(fd);
    text[n] = '\0';
    return got < 0 ? -1 : (ssize_t) n;
}


int
np_cgroup_locate(char *path, size_t size, const char *mountinfo,
                 const char *cgroup)
{
    char        mount[PATH_MAX] = "", own[PATH_MAX] = "";
    const char *p, *line;
    int         n;

    /* "36 35 98:0 /root /mnt options - cgroup2 source options" */
    for (line = mountinfo; line != NULL && *line != '\0';) {
        const char *end = strchrnul(line, '\n');

        p = strstr(line, " - cgroup2 ");
        if (p != NULL && p < end
            && sscanf(line, "%*s %*s %*s %*s %4095s", mount) == 1) {
            break;
        }
        line = *end == '\n' ? end + 1 : end;
    }
    p = strncmp(cgroup, "0::", 3) == 0 ? cgroup : strstr(cgroup, "\n0::");
    if (mount[0] == '\0' || p == NULL
        || sscanf(strstr(p, "0::") + 3, "%4095[^\n]", own) != 1) {
        return -1;
    }
    n = snprintf(path, size, "%s%s", mount, strcmp(own, "/") == 0 ? "" : own);
    return n < 0 || (size_t) n >= size ? -1 : 0;
}


static int
np_cgroup_make(np_cgroup_t *g)
{
    char peak[PATH_MAX + 16];
    int  n;

    n = snprintf(g->here, sizeof(g->here), "%s/ngxpool-%d-%u", g->parent,
                 (int) getpid(), g->count++);
    if (n < 0 || (size_t) n >= sizeof(g->here) || mkdir(g->here, 0755) != 0) {
        g->here[0] = '\0';
        return -1;
    }
    (void) snprintf(peak, sizeof(peak), "%s/memory.peak", g->here);
    if (access(peak, R_OK) != 0) {
        (void) rmdir(g->here);
        g->here[0] = '\0';
        errno = ENOTSUP;
        return -1;
    }
    return 0;
}


void
np_cgroup_init_at(np_cgroup_t *g, const char *parent, char *why, size_t size)
{
    why[0] = '\0';
    g->here[0] = '\0';
    g->procs = -1;
    g->count = 0;
    (void) snprintf(g->parent, sizeof(g->parent), "%s", parent);
    if (np_cgroup_make(g) == 0) {
        (void) np_cgroup_end(g);
        return;
    }
    (void) snprintf(why, size, "%.120s: %s", g->parent,
                    errno == ENOTSUP
                        ? "the memory controller is not enabled there"
                        : strerror(errno));
    g->parent[0] = '\0';
}


void
np_cgroup_init(np_cgroup_t *g, char *why, size_t size)
{
    static char mountinfo[65536];
    char        cgroup[8192], path[PATH_MAX];

    g->parent[0] = g->here[0] = '\0';
    g->procs = -1;
    if (np_cgroup_slurp("/proc/self/mountinfo", mountinfo, sizeof(mountinfo))
            < 0
        || np_cgroup_slurp("/proc/self/cgroup", cgroup, sizeof(cgroup)) < 0
        || np_cgroup_locate(path, sizeof(path), mountinfo, cgroup) != 0) {
        (void) snprintf(why, size, "no cgroup v2 here");
        return;
    }
    np_cgroup_init_at(g, path, why, size);
}


void
np_cgroup_begin(np_cgroup_t *g)
{
    char procs[PATH_MAX + 16];

    if (g->parent[0] == '\0' || np_cgroup_make(g) != 0) {
        return;
    }
    (void) snprintf(procs, sizeof(procs), "%s/cgroup.procs", g->here);
    g->procs = open(procs, O_WRONLY | O_CLOEXEC);
}


double
np_cgroup_end(np_cgroup_t *g)
{
    char   path[PATH_MAX + 16], text[64], *end;
    double peak = NAN;

    if (g->here[0] == '\0') {
        return NAN;
    }
    (void) snprintf(path, sizeof(path), "%s/memory.peak", g->here);
    if (g->procs != -1 && np_cgroup_slurp(path, text, sizeof(text)) > 0) {
        peak = strtod(text, &end);
        peak = end == text ? NAN : peak;
    }
    if (g->procs != -1) {
        (void) close(g->procs);
    }
    (void) rmdir(g->here);
    g->here[0] = '\0';
    g->procs = -1;
    return peak;
}
