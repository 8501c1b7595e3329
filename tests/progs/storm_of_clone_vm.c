/*
 * clone(CLONE_VM | CLONE_VFORK), as runtimes start programs, by two threads
 * while others allocate and free.  The child allocates in its parent's
 * memory, execs or ends.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

#include <signal.h>

static char     stack[2][256 * 1024] __attribute__((aligned(16)));
static unsigned clones, xsurvived;


static int
child(void *number)
{
    unsigned n = (unsigned) (uintptr_t) number;

    storm_use(n);

    if (n % 8 < 2) {
        execv(STORM_SELF, storm_argv);
        _exit(1);
    }

    return 0;
}


static void *
cloning(void *number)
{
    unsigned  first = (unsigned) (uintptr_t) number;
    uintptr_t n;
    pid_t     pid;

    for (n = first; n < clones; n += 2) {
        pid = clone(child, stack[first] + sizeof(stack[first]),
                    CLONE_VM | CLONE_VFORK | SIGCHLD, (void *) n);
        storm_reap(pid);
        __atomic_fetch_add(&xsurvived, 1, __ATOMIC_RELAXED);
        storm_use((unsigned) n);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    pthread_t other;

    (void) argv;

    if (storm_is_executed(argc)) {
        return 0;
    }

    clones = (unsigned) np_keep_scale(300, 6000);
    storm_begin();
    NP_NEED(pthread_create(&other, NULL, cloning, (void *) 1) == 0);
    cloning(NULL);
    NP_NEED(pthread_join(other, NULL) == 0);
    storm_end("children of clone that share memory", xsurvived);

    return 0;
}
