/*
 * After exec the process has a second profile; the first says that it ended
 * so, unless the exec failed.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


int
main(int argc, char **argv)
{
    np_prof_t        p, first;
    np_format_site_t s;

    NP_NEED(makes(argc == 1 ? 10 : 20) != NULL);
    p = np_prof_own();
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 1 && s.alloc_bytes == (argc == 1 ? 10 : 20));
    NP_NEED(p.h->ended == NP_ENDED_NOT);

    if (argc == 1) {
        execl("/nonexistent", "x", (char *) NULL);
        execl("/", "x", (char *) NULL);
        NP_NEED(p.h->ended == NP_ENDED_NOT);
        NP_NEED(makes(30) != NULL);
        s = np_prof_sum(&p, (uintptr_t) makes);
        NP_NEED(s.allocs == 2);
        execl("/proc/self/exe", argv[0], "again", (char *) NULL);
        return 1;
    }

    NP_NEED(np_prof_open(&first, getpid(), 0) == 0);
    NP_NEED(first.base != p.base && first.h->ended == NP_ENDED_EXEC);
    NP_NEED(first.h->pid == p.h->pid && first.h->parent == 0);
    np_laws_exact(&first);
    np_laws(&p);

    return 0;
}
