/*
 * Where no descriptor is to be had (RLIMIT_NOFILE) a profile that the program
 * asks for gets one line, and can be had later, of few; one that runs goes on.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * report: file
 * expect: exit 0
 * expect: says "ngxpool: no profile: "
 */

#include "profile_laws.h"

#include <signal.h>
#include <sys/resource.h>

#define FEW 20

int ngxpool_profile_start(size_t interval) __attribute__((weak));


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


static void
work(void)
{
    size_t n;

    for (n = 1; n < 1000000; n += n / 3 + 1) {
        NP_NEED(np_keep(malloc(n)) != NULL);
        free(makes(n));
    }

    NP_NEED(raise(SIGUSR1) == 0);
}


int
main(void)
{
    struct rlimit r;
    np_prof_t     p;

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    NP_NEED(getrlimit(RLIMIT_NOFILE, &r) == 0);
    r.rlim_cur = 0;
    NP_NEED(setrlimit(RLIMIT_NOFILE, &r) == 0);
    NP_NEED(ngxpool_profile_start(0) == -1);
    work();

    r.rlim_cur = FEW;
    NP_NEED(setrlimit(RLIMIT_NOFILE, &r) == 0);
    NP_NEED(ngxpool_profile_start(0) == 0);
    p = np_prof_own();

    r.rlim_cur = 0;
    NP_NEED(setrlimit(RLIMIT_NOFILE, &r) == 0);
    work();
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs > 1);
    np_laws_lack_rss = 1;
    np_laws(&p);

    return 0;
}
