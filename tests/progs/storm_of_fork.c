/*
 * Two threads fork at the same time, while others allocate and free.  The
 * children find what there was whole, allocate, fork again, exec, exit or
 * _exit.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

static unsigned forks, xsurvived;


static void
child(unsigned n)
{
    unsigned i;
    pid_t    pid;

    alarm(STORM_GUARD);

    for (i = 0; i < STORM_SHARED; i++) {
        storm_drop(storm_shared[i]);
        storm_shared[i] = NULL;
    }

    storm_use(n);

    switch (n % 8) {

    case 0:
        pid = fork();

        if (pid == 0) {
            storm_use(n + 1);
            _exit(0);
        }

        storm_reap(pid);
        exit(0);

    case 1:
        execv(STORM_SELF, storm_argv);
        _exit(1);

    case 2:
    case 3:
        exit(0);

    default:
        _exit(0);
    }
}


static void *
forking(void *number)
{
    unsigned n = (unsigned) (uintptr_t) number;
    pid_t    pid;

    for (; n < forks; n += 2) {
        pid = fork();

        if (pid == 0) {
            child(n);
        }

        storm_reap(pid);
        __atomic_fetch_add(&xsurvived, n % 8 == 0 ? 2 : 1, __ATOMIC_RELAXED);
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

    forks = (unsigned) np_keep_scale(200, 4000);
    storm_begin();
    NP_NEED(pthread_create(&other, NULL, forking, (void *) 1) == 0);
    forking(NULL);
    NP_NEED(pthread_join(other, NULL) == 0);
    storm_end("children of fork", xsurvived);

    return 0;
}
