/*
 * Where no descriptor is to be had (RLIMIT_NOFILE) a profile that the program
 * asks for gets one line, and can be had later, where there are few; one that
 * runs goes on.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * report: file
 * expect: exit 0
 * expect: says "ngxpool: no profile: "
 */

#include "profile_laws.h"
#include "profile_calls.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#define FEW 20

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


static void
limit(rlim_t now, rlim_t ever)
{
    const struct rlimit r = {.rlim_cur = now, .rlim_max = ever};

    NP_NEED(setrlimit(RLIMIT_NOFILE, &r) == 0);
}


/* how many of the numbers below FEW are free */
static int
count_free(void)
{
    int fd, n = 0;

    for (fd = 0; fd < FEW; fd++) {
        n += fcntl(fd, F_GETFD) == -1;
    }

    return n;
}


/* 0: libunwind's pipe took none of the few */
static int
begin(rlim_t ever)
{
    int n;

    limit(FEW, ever);
    n = count_free();
    NP_NEED(ngxpool_profile_start(0) == 0);

    return n - count_free();
}


static void
goes_on(rlim_t ever)
{
    np_prof_t p = np_prof_own();

    limit(0, ever);
    work();
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs > 1);
    np_laws_lack_rss = 1;
    np_laws(&p);
}


/* around the number that libunwind's pipe is to have */
static void
borders(void)
{
    rlim_t n;
    pid_t  pid;

    for (n = 510; n < 516; n++) {
        pid = fork();

        if (pid == 0) {
            limit(n, n);
            NP_NEED(ngxpool_profile_start(0) == 0);
            _exit(0);
        }

        NP_NEED(np_prof_wait(pid) == 0);
    }
}


int
main(void)
{
    struct rlimit r;
    pid_t         pid;

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    NP_NEED(getrlimit(RLIMIT_NOFILE, &r) == 0);
    limit(0, r.rlim_max);
    NP_NEED(ngxpool_profile_start(0) == -1);
    work();
    limit(r.rlim_max, r.rlim_max);
    borders();

    pid = fork();

    if (pid == 0) {
        /* it may have no more, not for a moment */
        NP_NEED(begin(FEW) == 2);
        goes_on(FEW);
        _exit(0);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    NP_NEED(begin(r.rlim_max) == 0);
    NP_NEED(getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur == FEW);
    goes_on(r.rlim_max);

    return 0;
}
