/*
 * Two threads vfork at the same time, while others allocate and free.  The
 * children exec, _exit, fail to exec, or allocate in the memory that they
 * share before they do so.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

static unsigned forks, xsurvived;


/* apart, so that the child of vfork returns from no function that the parent
 * is still in; malloc is not promised to it, but programs use it */
static __attribute__((noinline)) void
child(unsigned n)
{
    if (n % 2 == 0) {
        storm_use(n);
    }

    switch (n % 8) {

    case 0:
    case 1:
        execv(STORM_SELF, storm_argv);
        break;

    case 2:
    case 3:
        execv("/nonexistent", storm_argv);
        _exit(0);

    default:
        _exit(0);
    }
}


static void *
forking(void *number)
{
    volatile unsigned n = (unsigned) (uintptr_t) number;
    pid_t             pid;

    for (; n < forks; n += 2) {
        pid = vfork();

        if (pid == 0) {
            child(n);
            _exit(1);
        }

        storm_reap(pid);
        __atomic_fetch_add(&xsurvived, 1, __ATOMIC_RELAXED);
        storm_use(n);
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

    forks = (unsigned) np_keep_scale(300, 6000);
    storm_begin();
    NP_NEED(pthread_create(&other, NULL, forking, (void *) 1) == 0);
    forking(NULL);
    NP_NEED(pthread_join(other, NULL) == 0);
    storm_end("children of vfork", xsurvived);

    return 0;
}
