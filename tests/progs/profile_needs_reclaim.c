/*
 * RECLAIM=off keeps no objects apart: one line, no profile.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_RECLAIM=off NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 * expect: says "ngxpool: no profile: NGXPOOL_RECLAIM=off"
 */

#include "profile.h"


int
main(void)
{
    np_prof_t p;

    free(np_keep(malloc(100)));
    NP_NEED(np_prof_open(&p, getpid(), 0) == -1);

    return 0;
}
