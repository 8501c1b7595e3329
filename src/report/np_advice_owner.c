/*
 * Whose is a region?  A profile does not record where objects die.  But sites
 * whose objects live for as long and die in as many batches are likely to die
 * at one point; it lies in a function that all of them were called from, and
 * the innermost such caller is named:
 *
 *      main > serve > handle > parse > node
 *      main > serve > handle > text           owner: handle
 *
 * A function that calls from two places is one caller, as far as functions
 * are known; those that are inlined are callers like others.
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


/* the outermost frames: all those of so many places, and some of the next */
typedef struct {
    uint32_t places;
    unsigned frames;
} np_shared_t;


static np_shared_t
np_advice_fewer(np_shared_t a, np_shared_t b)
{
    if (a.places != b.places) {
        return a.places < b.places ? a : b;
    }
    return a.frames < b.frames ? a : b;
}


static int
np_advice_is_shared(np_shared_t n)
{
    return n.places != 0 || n.frames != 0;
}


/* the frames outside the origin: those that it is inlined into, too */
static np_shared_t
np_advice_callers(const np_site_t *s, uint32_t origin, np_symbols_t *y)
{
    np_shared_t            n = {0, 0};
    uint32_t               i = 0;
    const np_symbols_at_t *at;

    while (i + 1 < s->depth && s->stack[i] != origin) {
        i++;
    }
    n.places = s->depth - i - 1;
    if (y != NULL) {
        at = np_symbols_at(y, s->stack[i]);
        while (n.frames + 1 < at->n
               && np_symbol_is_wrapper(&at->frame[n.frames])) {
            n.frames++;
        }
        n.frames = at->n - n.frames - 1;
    }
    return n;
}


/* of the n outermost frames those that are of the same functions in both: one
 * that calls from two places is one caller */
static np_shared_t
np_advice_common(const np_site_t *a, const np_site_t *b, np_shared_t n,
                 np_symbols_t *y)
{
    np_shared_t found = {0, 0};

    while (found.places < n.places + (n.frames != 0)) {
        uint32_t               i = a->stack[a->depth - 1 - found.places];
        uint32_t               k = b->stack[b->depth - 1 - found.places];
        const np_symbols_at_t *x, *z;

        if (i != k) {
            if (y == NULL) {
                return found;
            }
            x = np_symbols_at(y, i);
            z = np_symbols_at(y, k);
            found.frames = np_symbols_shared(x, z);
            if (found.frames != x->n || found.frames != z->n) {
                return np_advice_fewer(found, n);
            }
            found.frames = 0;
        }
        found.places++;
    }
    return n;
}


/* the outermost frames that all sites of a candidate have.  Another stack
 * has them, too, or parts from all of them at one frame: so a candidate's
 * sites need not be looked at again */
static np_shared_t
np_advice_shared(const np_advice_t *a, const np_candidate_t *c,
                 np_symbols_t *y)
{
    const np_site_t *first = &a->profile->site[c->site];
    np_shared_t      n = np_advice_callers(first, c->origin, y);

    for (unsigned i = 0; i < c->nsites && np_advice_is_shared(n); i++) {
        const np_site_t *s = &a->profile->site[a->sites[c->first + i]];
        np_shared_t      most = np_advice_callers(s, c->origin, y);

        n = np_advice_common(first, s, np_advice_fewer(n, most), y);
    }
    return n;
}


static void
np_advice_owned(np_candidate_t *c, const np_site_t *s, np_shared_t n,
                np_symbols_t *y)
{
    c->owner = UINT32_MAX;
    c->within = 0;
    if (n.frames != 0) {
        c->owner = s->stack[s->depth - 1 - n.places];
        c->within = np_symbols_at(y, c->owner)->n - n.frames;
    } else if (n.places != 0) {
        c->owner = s->stack[s->depth - n.places];
    }
}


void
np_advice_owners(np_advice_t *a, np_symbols_t *y)
{
    const np_site_t *site = a->profile->site;
    unsigned    n = a->advised < NP_OWNER_MOST ? a->advised : NP_OWNER_MOST;
    np_shared_t shared[NP_OWNER_MOST] = {{0, 0}};

    for (unsigned i = 0; i < n; i++) {
        if (a->v[i].kind == NP_ADVICE_REGION) {
            shared[i] = np_advice_shared(a, &a->v[i], y);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        np_candidate_t *c = &a->v[i];
        np_shared_t     common = shared[i];

        if (c->kind != NP_ADVICE_REGION) {
            continue;
        }
        for (unsigned k = 0; k < n && np_advice_is_shared(common); k++) {
            if (a->v[k].kind == NP_ADVICE_REGION
                && np_advice_dies_with(c, &a->v[k])) {
                common
                    = np_advice_common(&site[c->site], &site[a->v[k].site],
                                       np_advice_fewer(common, shared[k]), y);
            }
        }
        np_advice_owned(c, &site[c->site], common, y);
    }
}
