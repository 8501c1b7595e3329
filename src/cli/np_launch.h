#ifndef NP_LAUNCH_H
#define NP_LAUNCH_H

/*
 * Starts programs, and ends what they have started.
 *
 * np_launch_adopt() makes this process the one that orphaned descendants are
 * given to, daemons included.  A measured command becomes the leader of a
 * process group of its own; only it, and what it starts, has LD_PRELOAD.
 * A helper (a load generator, a readiness test) keeps its orphans below
 * itself, so that its tree is never taken for the command's.  One thread.
 */

#include <sched.h>
#include <sys/types.h>

typedef struct {
    char *const     *argv;
    const char      *preload; /* NULL or "": no LD_PRELOAD at all */
    const char      *report;  /* NGXPOOL_REPORT as JSON; NULL: not set */
    const char      *behind;  /* in LD_PRELOAD behind it; NULL: nothing */
    const char      *advice;  /* NGXPOOL_ADVICE, and NGXPOOL_PROFILE is not
                               * set; NULL: as they are */
    const cpu_set_t *cpus;    /* NULL: as they are */
    int              cgroup;  /* its cgroup.procs, or -1 */
    int              in;      /* descriptors that become 0, 1, 2 */
    int              out;
    int              err;
    int              exec; /* pipe: closed by exec, or gets its errno */
} np_launch_t;

/* -1: errno says why */
int np_launch_adopt(void);

/* the pid, or -1: errno says why */
pid_t np_launch_command(const np_launch_t *l);

/* runs a shell command, its output going to `out`; the pid is that of a
 * process that ends with the command's status once its descendants ended */
pid_t np_launch_helper(const char *command, int out);

#endif
