/*
 * What was pinned at the peak is seen there, however soon it falls, and not at
 * the next look that the time line makes: all lives then, and nothing is
 * pinned.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_pins.h"

#define NP_OBJECTS 100000
#define NP_EVERY   64

static void *object[NP_OBJECTS];


int
main(void)
{
    size_t           page = (size_t) sysconf(_SC_PAGESIZE);
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    unsigned         i;

    for (i = 0; i < NP_OBJECTS; i++) {
        object[i] = i % NP_EVERY == 0 ? stays() : goes();
    }

    for (i = 0; i < NP_OBJECTS; i++) {
        if (i % NP_EVERY != 0) {
            free(object[i]);
        }
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);
    s = np_prof_sum(&p, (uintptr_t) stays);
    NP_NEED(s.pinned > s.live_objects * (page - NP_SIZE) / 2);
    /* of the page that was being filled */
    NP_NEED(s.pinned_at_peak <= 2 * page);

    return 0;
}
