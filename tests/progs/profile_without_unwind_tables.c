/*
 * Code that was built without unwind information (mksh is): each call stack
 * ends there, is told by its innermost function, and is not looked for in
 * libunwind's slow way each time.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#define CALLS 1000

int ngxpool_profile_dump(void) __attribute__((weak));


static NP_SITE void *
bare(size_t n)
{
    return np_keep(malloc(n));
}


int
main(void)
{
    np_prof_t        p;
    np_format_site_t s;
    uint64_t         steps;
    int              i;

    free(bare(1));
    p = np_prof_own();
    ngxpool_profile_dump();
    steps = p.h->steps;

    for (i = 0; i < CALLS; i++) {
        free(bare(100));
    }

    ngxpool_profile_dump();
    s = np_prof_sum(&p, (uintptr_t) bare);
    NP_NEED(s.allocs == CALLS + 1 && s.alloc_bytes == CALLS * 100 + 1);
    NP_NEED(s.live_objects == 0);
    NP_NEED(p.h->steps == steps);
    np_laws(&p);

    return 0;
}
