/*
 * A program that only frees, for a while: the time line goes on, and what is
 * left is seen to hold pages back, before the program allocates again or ends.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile.h"

#include <time.h>

#define NP_OBJECTS 40000
#define NP_KEPT    32
#define NP_PIECES  100

static void *object[NP_OBJECTS];


static NP_SITE void *
makes(void)
{
    return np_keep(malloc(128));
}


/* what is left holds most of the rest back, as far as anybody has looked */
static int
is_seen(const np_prof_t *p)
{
    return np_prof_sum(p, (uintptr_t) makes).pinned > NP_OBJECTS * 128 / 4;
}


int
main(void)
{
    const struct timespec   moment = {.tv_nsec = 10000000};
    np_prof_t               p = np_prof_own();
    const np_format_time_t *t;
    uint32_t                i;

    for (i = 0; i < NP_OBJECTS; i++) {
        object[i] = makes();
    }

    for (i = 0; i < NP_OBJECTS; i++) {
        if (i % NP_KEPT != 0) {
            free(object[i]);
        }

        if (i % (NP_OBJECTS / NP_PIECES) == 0) {
            nanosleep(&moment, NULL);
        }
    }

    /* a machine that is busy looks late: some more are freed meanwhile */
    for (i = 0; i < NP_OBJECTS / 2 && !is_seen(&p); i += NP_KEPT) {
        free(object[i]);
        nanosleep(&moment, NULL);
    }

    NP_NEED(is_seen(&p));
    i = np_prof_used(&p, NP_TABLE_TIMES);
    NP_NEED(i > 10);
    t = (const np_format_time_t *) np_prof_record(&p, NP_TABLE_TIMES, i - 1);
    /* at the last look some pieces were still to come */
    NP_NEED(t->live < NP_OBJECTS * 128 / 4);

    return 0;
}
