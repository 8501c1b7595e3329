/*
 * Threads with the smallest stacks there are allocate under a profile, each
 * at a new call site.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void
handles(int sig)
{
    free(makes((size_t) sig));
}


static void *
run(void *unused)
{
    free(makes(10));
    free(makes(5000));
    free(makes(500000));

    return unused;
}


/* the dear way takes more: by a signal frame */
static void *
run_signal(void *unused)
{
    NP_NEED(raise(SIGUSR1) == 0);

    return unused;
}


static void
in_thread(void *(*f)(void *), size_t stack)
{
    pthread_attr_t attr;
    pthread_t      t;

    NP_NEED(pthread_attr_init(&attr) == 0);
    NP_NEED(pthread_attr_setstacksize(&attr, stack) == 0);
    NP_NEED(pthread_create(&t, &attr, f, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    NP_NEED(pthread_attr_destroy(&attr) == 0);
}


int
main(void)
{
    np_prof_t p = np_prof_own();

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    in_thread(run, (size_t) sysconf(_SC_THREAD_STACK_MIN));
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs == 3);
    in_thread(run_signal, (size_t) sysconf(_SC_THREAD_STACK_MIN) + 16384);
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs == 4);
    np_laws(&p);

    return 0;
}
