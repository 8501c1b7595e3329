#ifndef NP_CGROUP_H
#define NP_CGROUP_H

/*
 * A cgroup (v2) for each run, where one can be made: its memory.peak is the
 * true peak of the whole tree, page cache and kernel memory included.  It
 * needs a directory we may write and the memory controller in it; otherwise
 * np_cgroup_init() says why and every other call does nothing.  One thread.
 */

#include <limits.h>
#include <stddef.h>

typedef struct {
    char     parent[PATH_MAX]; /* "" = there is none */
    char     here[PATH_MAX];   /* of this run, "" = none */
    int      procs;            /* its cgroup.procs, -1 = none */
    unsigned count;
} np_cgroup_t;

/* why[] becomes "" or the reason why there is no cgroup */
void np_cgroup_init(np_cgroup_t *g, char *why, size_t size);

/* the same below a directory given; for tests */
void np_cgroup_init_at(np_cgroup_t *g, const char *parent, char *why,
                       size_t size);

/* the directory of this process's v2 cgroup, from the texts of
 * /proc/self/mountinfo and /proc/self/cgroup; -1: there is none */
int np_cgroup_locate(char *path, size_t size, const char *mountinfo,
                     const char *cgroup);

/* makes the cgroup of one run: g->procs is for np_launch_t */
void np_cgroup_begin(np_cgroup_t *g);

/* its peak in bytes, NaN when unknown; removes it.  Its processes must have
 * ended. */
double np_cgroup_end(np_cgroup_t *g);

#endif
