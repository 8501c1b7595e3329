/*
 * A profile that cannot be written: one line, and the program goes on.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=/nonexistent/%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 * expect: says "ngxpool: no profile: the file cannot be created"
 */

#include "profile.h"
#include "profile_calls.h"

int
main(void)
{
    size_t n;
    void  *m;

    NP_NEED(ngxpool_profile_dump() == -1);
    NP_NEED(ngxpool_profile_stop() == -1);

    for (n = 1; n < 1000000; n += n / 3 + 1) {
        m = np_keep(malloc(n));
        NP_NEED(m != NULL);
        m = np_keep(realloc(m, 2 * n));
        NP_NEED(m != NULL);
        free(m);
    }

    return 0;
}
