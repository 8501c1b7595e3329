/*
 * NGXPOOL_PROFILE_FOLLOW=0: the child of a fork has no profile and leaves the
 * parent's alone, also if it asks for one.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof NGXPOOL_PROFILE_FOLLOW=0
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"
#include "profile_calls.h"

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


int
main(void)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    void            *m = makes(100);
    unsigned         i;
    pid_t            pid = fork();

    if (pid == 0) {
        free(m);

        for (i = 0; i < 1000; i++) {
            free(makes(i));
        }

        NP_NEED(ngxpool_profile_dump() == -1);
        NP_NEED(ngxpool_profile_stop() == -1);
        NP_NEED(ngxpool_profile_start(0) == -1);
        free(makes(10));
        exit(0);
    }

    NP_NEED(np_prof_wait(pid) == 0);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 1 && s.frees == 0 && s.live_bytes == 100);
    NP_NEED(p.h->ended == NP_ENDED_NOT);
    NP_NEED(np_prof_open(&p, pid, 0) == -1);
    NP_NEED(ngxpool_profile_dump() == 0);
    p = np_prof_own();
    np_laws_exact(&p);
    free(m);

    return 0;
}
