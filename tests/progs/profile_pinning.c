/*
 * What is pinned: where one object of each page is left, it is all that is
 * free on these pages, and the one call site's that the survivors are of;
 * nothing, when they are gone.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_pins.h"

#define NP_OBJECTS 20000

static void *object[NP_OBJECTS];


int
main(void)
{
    size_t                  page = (size_t) sysconf(_SC_PAGESIZE), kept = 0;
    np_prof_t               p = np_prof_own();
    const np_format_pool_t *pool;
    np_format_site_t        s;
    uintptr_t               last = 0, at;
    uint64_t                pinned = 0;
    unsigned                i;

    for (i = 0; i < NP_OBJECTS; i++) {
        /* the first of each page */
        object[i] = goes();
        at = (uintptr_t) object[i] / page;

        if (at != last) {
            free(object[i]);
            object[i] = stays();
            NP_NEED((uintptr_t) object[i] / page == at);
            last = at;
            kept++;

        } else if (kept == 1) {
            last = at;
        }
    }

    NP_NEED(kept > NP_OBJECTS / (page / NP_SIZE) / 2);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);
    s = np_prof_sum(&p, (uintptr_t) stays);
    NP_NEED(s.live_objects == kept && s.pinned <= page);

    last = 0;

    for (i = 0; i < NP_OBJECTS; i++) {
        at = (uintptr_t) object[i] / page;

        if (at == last) {
            free(object[i]);
            object[i] = NULL;
        }

        last = at;
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);
    s = np_prof_sum(&p, (uintptr_t) stays);
    NP_NEED(s.live_objects == kept);
    NP_NEED(np_prof_sum(&p, (uintptr_t) goes).live_objects == 0);
    /* all of each page but the survivor; the first and the last page of a
     * block may be others' too */
    NP_NEED(s.pinned <= kept * (page - NP_SIZE));
    NP_NEED(s.pinned >= kept * (page - NP_SIZE) * 9 / 10);
    NP_NEED(s.pinned_max >= s.pinned);

    for (i = 0; i < np_prof_used(&p, NP_TABLE_POOLS); i++) {
        pool
            = (const np_format_pool_t *) np_prof_record(&p, NP_TABLE_POOLS, i);
        pinned += pool->size == NP_SIZE ? pool->pinned : 0;
    }

    NP_NEED(pinned >= s.pinned && pinned <= s.pinned + 2 * page);

    for (i = 0; i < NP_OBJECTS; i++) {
        free(object[i]);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    s = np_prof_sum(&p, (uintptr_t) stays);
    NP_NEED(s.live_objects == 0 && s.pinned == 0 && s.pinned_max > 0);

    return 0;
}
