/*
 * A process forks while its other threads are inside libunwind: the children
 * unwind, too, and end.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#define THREADS 3

static atomic_int xend;


static void
handles(int sig)
{
    free(np_keep(malloc((size_t) sig)));
}


/* a stack with a signal's frame is stepped by libunwind each time */
static void *
unwinds(void *unused)
{
    while (!atomic_load(&xend)) {
        NP_NEED(raise(SIGUSR1) == 0);
    }

    return unused;
}


int
main(void)
{
    long      n, forks = np_keep_scale(150, 1500);
    pthread_t t[THREADS];
    pid_t     pid;
    int       i;

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_create(&t[i], NULL, unwinds, NULL) == 0);
    }

    for (n = 0; n < forks; n++) {
        pid = fork();

        if (pid == 0) {
            NP_NEED(raise(SIGUSR1) == 0);
            _exit(0);
        }

        NP_NEED(np_prof_wait(pid) == 0);
    }

    atomic_store(&xend, 1);

    for (i = 0; i < THREADS; i++) {
        NP_NEED(pthread_join(t[i], NULL) == 0);
    }

    return 0;
}
