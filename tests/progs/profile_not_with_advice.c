/*
 * While advice is followed no profile begins, as what the advised sites
 * allocate would be missing from it: one line says so.
 *
 * env: NGXPOOL_ADVICE=/dev/null NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 * expect: says "ngxpool: no profile: NGXPOOL_ADVICE is followed"
 */

#include "profile.h"
#include "profile_calls.h"

int
main(void)
{
    np_prof_t p;

    NP_NEED(ngxpool_profile_start(0) == -1);
    NP_NEED(ngxpool_profile_start(524288) == -1);
    NP_NEED(np_prof_open(&p, getpid(), 0) == -1);

    return 0;
}
