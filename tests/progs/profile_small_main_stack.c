/*
 * RLIMIT_STACK of 128 KiB, for the first thread and, as libc takes it for
 * those without a size of their own, for others: a profile and a report are
 * written as ever.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * report: file
 * expect: exit 0
 * expect: reports 1
 */

#include "profile_laws.h"

#include <pthread.h>
#include <sys/resource.h>

#define STACK ((rlim_t) 128 << 10)


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void *
run(void *unused)
{
    free(makes(10));
    free(makes(5000));
    free(makes(500000));

    return unused;
}


int
main(int argc, char **argv)
{
    struct rlimit r;
    np_prof_t     p;
    pthread_t     t;

    NP_NEED(getrlimit(RLIMIT_STACK, &r) == 0);

    if (argc == 1) {
        r.rlim_cur = STACK;
        NP_NEED(setrlimit(RLIMIT_STACK, &r) == 0);
        execl("/proc/self/exe", argv[0], "again", (char *) NULL);
        _exit(1);
    }

    NP_NEED(r.rlim_cur == STACK);
    p = np_prof_own();
    (void) run(NULL);
    NP_NEED(pthread_create(&t, NULL, run, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).allocs == 6);
    np_laws(&p);

    return 0;
}
