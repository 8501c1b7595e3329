/*
 * Finding call stacks calls no malloc, however many are new: nothing is
 * counted for the profiler itself but what loading libunwind took.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <pthread.h>
#include <signal.h>


static NP_SITE void *
recurses(uint64_t path, unsigned depth)
{
    void *m;

    if (depth == 0) {
        m = malloc(10);

    } else if (path & 1) {
        m = recurses(path >> 1, depth - 1);
        np_keep_size(1);

    } else {
        m = recurses(path >> 1, depth - 1);
        np_keep_size(2);
    }

    return np_keep(m);
}


static void
handles(int sig)
{
    free(recurses((uint64_t) sig, 3));
}


static void *
run(void *unused)
{
    uint64_t path;

    for (path = 0; path < 4096; path++) {
        free(recurses(path, 12));
    }

    NP_NEED(raise(SIGUSR1) == 0);

    return unused;
}


int
main(void)
{
    np_prof_t p = np_prof_own();
    pthread_t t;
    uint64_t  own = np_prof_site(&p, NP_SITE_PROFILER)->allocs;

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    (void) run(NULL);
    NP_NEED(pthread_create(&t, NULL, run, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    NP_NEED(np_prof_sum(&p, (uintptr_t) recurses).node >= 2 * 4096);
    NP_NEED(np_prof_site(&p, NP_SITE_PROFILER)->allocs == own);
    np_laws(&p);

    return 0;
}
