/*
 * A child of a fork that comes while the profile is stopped has no file, until
 * it begins again; then that tells of what is born in it, and of nothing else.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
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


/* generation: how many children are to come */
static void
child(void *of_parent[2], int generation)
{
    np_prof_t        p;
    np_format_site_t s;
    void            *m;
    pid_t            pid;

    NP_NEED(np_prof_open(&p, getpid(), 0) == -1);
    free(of_parent[0]);

    if (generation > 0) {
        pid = fork();

        if (pid == 0) {
            of_parent[0] = NULL;
            child(of_parent, generation - 1);
            _exit(0);
        }

        NP_NEED(np_prof_wait(pid) == 0);
    }

    NP_NEED(ngxpool_profile_start(0) == 0);
    p = np_prof_own();
    NP_NEED(p.h->pid == (uint32_t) getpid() && p.h->ended == NP_ENDED_NOT);
    m = makes(77);
    free(of_parent[1]);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 1 && s.alloc_bytes == 77 && s.live_bytes == 77);
    NP_NEED(s.frees == 0 && s.inherited_bytes == 0);
    free(m);
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).frees == 1);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws(&p);
    NP_NEED(ngxpool_profile_stop() == 0);
    NP_NEED(ngxpool_profile_start(0) == 0);
    np_laws(&p);
}


int
main(void)
{
    np_prof_t        p = np_prof_own(), none;
    np_format_site_t s;
    void            *made[2];
    pid_t            pid;
    int              k;

    made[0] = makes(30);
    made[1] = makes(40);
    NP_NEED(ngxpool_profile_stop() == 0);

    for (k = 0; k < 2; k++) {
        pid = fork();

        if (pid == 0) {
            child(made, k);
            _exit(0);
        }

        NP_NEED(np_prof_wait(pid) == 0);
    }

    /* one that does not begin again leaves no file */
    pid = fork();

    if (pid == 0) {
        free(makes(50));
        _exit(0);
    }

    NP_NEED(np_prof_wait(pid) == 0 && np_prof_open(&none, pid, 0) == -1);
    NP_NEED(p.h->ended == NP_ENDED_STOPPED);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 2 && s.frees == 0 && s.live_bytes == 70);

    return 0;
}
