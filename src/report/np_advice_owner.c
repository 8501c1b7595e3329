/*
 * Whose is a region?  A profile does not record where objects die.  But sites
 * whose objects live for as long and die in as many batches are likely to die
 * at one point; it lies in a function that all of them were called from, and
 * the innermost such caller is named:
 *
 *      main > serve > handle > parse > node
 *      main > serve > handle > text           owner: handle
 */
#include "config.h"

#include "report/np_advice_owner.h"

#include <math.h>

/* regions that are looked at, each against each */
#define NP_OWNER_MOST 256

/* of lifetimes and batches that are taken for the same */
#define NP_OWNER_FACTOR 2.0


static int
np_advice_near(double a, double b)
{
    if (isnan(a) || isnan(b) || a <= 0 || b <= 0) {
        return a == b;
    }
    return a / b <= NP_OWNER_FACTOR && b / a <= NP_OWNER_FACTOR;
}


static int
np_advice_dies_with(const np_candidate_t *a, const np_candidate_t *b)
{
    return np_advice_near(a->sum.runs, b->sum.runs)
           && np_advice_near(a->sum.mean_life_bytes, b->sum.mean_life_bytes);
}


/* the frames outside the origin */
static uint32_t
np_advice_callers(const np_site_t *s, uint32_t origin)
{
    uint32_t i = 0;

    while (i + 1 < s->depth && s->stack[i] != origin) {
        i++;
    }
    return s->depth - i - 1;
}


/* of the n outermost frames those that both have */
static uint32_t
np_advice_common(const np_site_t *a, const np_site_t *b, uint32_t n)
{
    uint32_t k = 0;

    while (k < n && a->stack[a->depth - 1 - k] == b->stack[b->depth - 1 - k]) {
        k++;
    }
    return k;
}


/* the outermost frames that all sites of a candidate have.  Another stack
 * has them, too, or parts from all of them at one frame: so a candidate's
 * sites need not be looked at again */
static uint32_t
np_advice_shared(const np_advice_t *a, const np_candidate_t *c)
{
    const np_site_t *first = &a->profile->site[c->site];
    uint32_t         n = np_advice_callers(first, c->origin);

    for (unsigned i = 0; i < c->nsites && n != 0; i++) {
        const np_site_t *s = &a->profile->site[a->sites[c->first + i]];
        uint32_t         most = np_advice_callers(s, c->origin);

        n = np_advice_common(first, s, n < most ? n : most);
    }
    return n;
}


void
np_advice_owners(np_advice_t *a)
{
    const np_site_t *site = a->profile->site;
    unsigned n = a->advised < NP_OWNER_MOST ? a->advised : NP_OWNER_MOST;
    uint32_t shared[NP_OWNER_MOST];

    for (unsigned i = 0; i < n; i++) {
        shared[i] = a->v[i].kind == NP_ADVICE_REGION
                        ? np_advice_shared(a, &a->v[i])
                        : 0;
    }
    for (unsigned i = 0; i < n; i++) {
        np_candidate_t  *c = &a->v[i];
        const np_site_t *s = &site[c->site];
        uint32_t         common = shared[i];

        if (c->kind != NP_ADVICE_REGION) {
            continue;
        }
        for (unsigned k = 0; k < n && common != 0; k++) {
            if (a->v[k].kind == NP_ADVICE_REGION
                && np_advice_dies_with(c, &a->v[k])) {
                common = np_advice_common(s, &site[a->v[k].site],
                                          common < shared[k] ? common
                                                             : shared[k]);
            }
        }
        c->owner = common != 0 ? s->stack[s->depth - common] : UINT32_MAX;
    }
}
