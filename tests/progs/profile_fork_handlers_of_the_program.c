/*
 * Fork handlers of the program that were registered before it begins a profile
 * allocate by new call paths, and free what is watched, in prepare, parent and
 * child: the fork is done, and what the child's handler frees is told of in
 * the child's profile, not in the parent's.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 * timeout: 30
 */

#include "profile_laws.h"
#include "profile_calls.h"

#include <pthread.h>

#define FORKS 8

static void *object[FORKS];
static int   forks;


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


/* by as many frames as there were forks: a call path that nobody knows yet */
static NP_SITE void *
makes_anew(size_t n, int deep)
{
    void *m;

    if (deep == 0) {
        return makes(n);
    }

    m = makes_anew(n, deep - 1);

    return np_keep(m);
}


static void
prepare(void)
{
    forks++;
    free(makes_anew(10, 3 * forks));
}


static void
parent(void)
{
    free(makes_anew(20, 3 * forks + 1));
}


static void
child(void)
{
    free(object[forks - 1]);
    object[forks - 1] = makes_anew(30, 3 * forks + 2);
}


__attribute__((constructor)) static void
at_start(void)
{
    NP_NEED(pthread_atfork(prepare, parent, child) == 0);
}


static void *
waits(void *unused)
{
    pause();

    return unused;
}


static void
in_child(int inherited)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s = np_prof_sum(&p, (uintptr_t) makes);

    NP_NEED(s.inherited_objects == (uint64_t) inherited);
    NP_NEED(s.allocs == 1 && s.alloc_bytes == 30);
    NP_NEED(s.frees == 1 && s.free_bytes == 100);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws(&p);
    _exit(0);
}


int
main(void)
{
    np_prof_t        p;
    np_format_site_t s;
    pthread_t        t;
    pid_t            pid;
    int              i;

    NP_NEED(ngxpool_profile_start(0) == 0);
    p = np_prof_own();

    for (i = 0; i < FORKS; i++) {
        object[i] = makes(100);
    }

    for (i = 0; i < FORKS; i++) {
        /* the latter ones with another thread */
        if (i == FORKS / 2) {
            NP_NEED(pthread_create(&t, NULL, waits, NULL) == 0);
        }

        pid = fork();

        if (pid == 0) {
            in_child(FORKS);
        }

        NP_NEED(np_prof_wait(pid) == 0);
        s = np_prof_sum(&p, (uintptr_t) makes);
        NP_NEED(s.allocs == (uint64_t) (FORKS + 2 * (i + 1)));
        NP_NEED(s.live_objects == FORKS && s.live_bytes == FORKS * 100);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws(&p);

    return 0;
}
