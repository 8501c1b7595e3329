/*
 * The pool adviser: candidates are gathered from the sites, judged, and put
 * in the order of what they are worth.
 */
#include "config.h"

#include "report/np_advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_advice_owner.h"
#include "report/np_advice_rules.h"
#include "report/np_advice_text.h"

const char *const np_advice_name[NP_ADVICE_KINDS]
    = {"NO", "REGION", "SCRATCH", "STACK", "RESERVE", "SEGREGATE"};

const char *const np_advice_no[NP_NO_REASONS] = {
    [NP_NO_FEW] = "too few allocations to tell",
    [NP_NO_SMALL] = "too small a part of the program",
    [NP_NO_REALLOC] = "most are by realloc: what it frees lives on in another",
    [NP_NO_THROWN] = "exceptions: they outlive the function that throws them",
    [NP_NO_REMOTE] = "freed by other threads",
    [NP_NO_SURVIVORS] = "survivors: too many objects stay",
    [NP_NO_PATTERN] = "they neither die together nor in LIFO order",
    [NP_NO_SAMPLED] = "an exact profile is needed: a sample shows neither "
                      "LIFO order nor what dies together",
};

const char *const np_confidence_name[] = {
    [NP_CONFIDENCE_LOW] = "low",
    [NP_CONFIDENCE_MEDIUM] = "medium",
    [NP_CONFIDENCE_HIGH] = "high",
};

typedef struct {
    uint32_t leaf;
    uint32_t origin;
    uint32_t site;
} np_advice_key_t;


/* the innermost place that is no wrapper; the leaf when all are */
static uint32_t
np_advice_origin(const np_site_t *s, np_symbols_t *y)
{
    const np_symbols_at_t *at;

    for (uint32_t i = 0; y != NULL && i < s->depth; i++) {
        at = np_symbols_at(y, s->stack[i]);
        if (!np_symbol_is_wrapper(&at->frame[at->n - 1])) {
            return s->stack[i];
        }
    }
    return s->stack[0];
}


/* whether one of the wrappers makes exceptions */
static int
np_advice_is_thrown(const np_site_t *s, uint32_t origin, np_symbols_t *y)
{
    const np_symbols_at_t *at;

    for (uint32_t i = 0; y != NULL && i < s->depth; i++) {
        at = np_symbols_at(y, s->stack[i]);
        for (unsigned k = 0; k < at->n; k++) {
            if (np_symbol_throws(&at->frame[k])) {
                return 1;
            }
        }
        if (s->stack[i] == origin) {
            break;
        }
    }
    return 0;
}


static int
np_advice_by_key(const void *a, const void *b)
{
    const np_advice_key_t *x = a, *y = b;

    if (x->leaf != y->leaf) {
        return x->leaf < y->leaf ? -1 : 1;
    }
    if (x->origin != y->origin) {
        return x->origin < y->origin ? -1 : 1;
    }
    return x->site < y->site ? -1 : x->site > y->site;
}


static void
np_advice_amount(np_amount_t *a, const np_amount_t *b)
{
    a->bytes += b->bytes;
    a->objects += b->objects;
}


/* a weighted mean; NaN is none */
static double
np_advice_mean(double a, double na, double b, double nb)
{
    if (isnan(a) || na + nb <= 0) {
        return b;
    }
    return isnan(b) ? a : (a * na + b * nb) / (na + nb);
}


static void
np_advice_half(np_half_t *a, const np_half_t *b, double sign)
{
    a->allocs += sign * b->allocs;
    a->frees += sign * b->frees;
    a->temporary += sign * b->temporary;
    a->remote += sign * b->remote;
    a->lifo += sign * b->lifo;
    a->runs += sign * b->runs;
    a->reallocs += sign * b->reallocs;
}


/* what the rules read of a site, and what is shown as evidence */
static void
np_advice_add(np_site_t *a, const np_site_t *b)
{
    double na = a->freed.objects, nb = b->freed.objects;

    a->mean_life_bytes
        = np_advice_mean(a->mean_life_bytes, na, b->mean_life_bytes, nb);
    a->mean_life_ms = np_advice_mean(a->mean_life_ms, na, b->mean_life_ms, nb);
    np_advice_amount(&a->total, &b->total);
    np_advice_amount(&a->freed, &b->freed);
    np_advice_amount(&a->live, &b->live);
    np_advice_amount(&a->at_peak, &b->at_peak);
    np_advice_amount(&a->peak, &b->peak);
    np_advice_amount(&a->inherited, &b->inherited);
    np_advice_amount(&a->temporary, &b->temporary);
    a->remote += b->remote;
    a->lifo += b->lifo;
    a->runs += b->runs;
    a->longest_run = fmax(a->longest_run, b->longest_run);
    a->reallocs += b->reallocs;
    a->realloc_in_place += b->realloc_in_place;
    a->realloc_grown += b->realloc_grown;
    a->realloc_copied += b->realloc_copied;
    a->pinned += b->pinned;
    a->pinned_at_peak += b->pinned_at_peak;
    a->pinned_sum += b->pinned_sum;
    a->surveys = fmax(a->surveys, b->surveys);
    a->samples += b->samples;
    np_advice_half(&a->now, &b->now, 1);
    for (unsigned i = 0; i < NP_SIZES; i++) {
        a->size[i] += b->size[i];
    }
}


/* the epoch that is nearer to the middle of the run's clock */
static unsigned
np_advice_epoch(const np_profile_t *p)
{
    return (double) p->header.clock > 1.5 * (double) p->header.half_clock[0]
               ? 0
               : 1;
}


static void
np_advice_gather(np_advice_t *a, const np_advice_key_t *key, unsigned n)
{
    const np_profile_t *p = a->profile;
    unsigned            epoch = np_advice_epoch(p);
    np_candidate_t     *c = NULL;

    for (unsigned i = 0; i < n; i++) {
        const np_site_t *s = &p->site[key[i].site];

        if (c == NULL || c->leaf != key[i].leaf
            || c->origin != key[i].origin) {
            c = &a->v[a->n++];
            c->leaf = key[i].leaf;
            c->origin = key[i].origin;
            c->owner = UINT32_MAX;
            c->site = key[i].site;
            c->first = i;
            c->sum.mean_life_bytes = c->sum.mean_life_ms = NAN;
        }
        if (s->total.objects > p->site[c->site].total.objects) {
            c->site = key[i].site;
        }
        c->nsites++;
        a->sites[i] = key[i].site;
        np_advice_add(&c->sum, s);
        c->batched += s->runs * s->peak.objects;
        np_advice_half(&c->part[0], &s->half[epoch], 1);
        np_advice_half(&c->part[1], &s->now, 1);
        np_advice_half(&c->part[1], &s->half[epoch], -1);
    }
}


/* allocations by leaf, a place; those of hidden sites pass through it, too.
 * NULL: no memory */
static double *
np_advice_through(const np_profile_t *p)
{
    double *through = calloc((size_t) p->nplaces + 1, sizeof(*through));

    for (unsigned i = 0; through != NULL && i < p->nsites; i++) {
        if (p->site[i].depth != 0) {
            through[p->site[i].stack[0]] += p->site[i].total.objects;
        }
    }
    return through;
}


static void
np_advice_routes(np_advice_t *a, const double *through)
{
    const np_profile_t *p = a->profile;

    for (unsigned i = 0; i < a->n; i++) {
        np_candidate_t *c = &a->v[i];

        c->passing = np_advice_share(c->sum.total.objects, through[c->leaf]);
        c->routed = c->passing >= np_advice_rule[NP_RULE_ROUTED].value
                    && p->place[c->leaf].module != NP_NO_MODULE
                    && !p->place[c->leaf].exact;
    }
}


/* of the whole program's: the larger of its share of time and of memory */
static double
np_advice_score(const np_candidate_t *c, double seconds, double bytes)
{
    return fmax(np_advice_share(c->seconds, seconds),
                np_advice_share(c->memory, bytes));
}


static int
np_advice_by_worth(const void *a, const void *b, void *data)
{
    const np_candidate_t *x = a, *y = b;
    const np_profile_t   *p = data;
    double                seconds = np_profile_ms(p) / 1000;
    double                bytes
        = fmax((double) p->header.peak_rss, (double) p->header.peak_bytes);
    double sx = np_advice_score(x, seconds, bytes);
    double sy = np_advice_score(y, seconds, bytes);

    if ((x->kind == NP_ADVICE_NO) != (y->kind == NP_ADVICE_NO)) {
        return x->kind == NP_ADVICE_NO ? 1 : -1;
    }
    if (sx != sy) {
        return sx > sy ? -1 : 1;
    }
    if (x->sum.total.objects != y->sum.total.objects) {
        return x->sum.total.objects > y->sum.total.objects ? -1 : 1;
    }
    return x->site < y->site ? -1 : x->site > y->site;
}


/* those whose short names are others', too */
static int
np_advice_names(np_advice_t *a, np_symbols_t *y)
{
    np_briefs_t t;
    int         rc = 0;

    memset(&t, 0, sizeof(t));
    for (unsigned i = 0; y != NULL && i < a->n && rc == 0; i++) {
        rc = np_briefs_add(&t,
                           np_advice_symbol(y, a->v[i].origin, 0)->function);
    }
    for (unsigned i = 0; y != NULL && i < a->n && rc == 0; i++) {
        a->v[i].whole = np_briefs_is_shared(
            &t, np_advice_symbol(y, a->v[i].origin, 0)->function);
    }
    np_briefs_fini(&t);
    return rc;
}


int
np_advice_make(np_advice_t *a, const np_profile_t *p, np_symbols_t *y)
{
    np_advice_key_t *key = malloc((p->nsites + 1) * sizeof(*key));
    double          *through = np_advice_through(p);
    unsigned         n = 0;

    memset(a, 0, sizeof(*a));
    a->profile = p;
    a->seconds = np_profile_ms(p) / 1000;
    a->v = calloc(p->nsites + 1, sizeof(*a->v));
    a->sites = malloc((p->nsites + 1) * sizeof(*a->sites));
    if (key == NULL || through == NULL || a->v == NULL || a->sites == NULL) {
        free(key);
        free(through);
        np_advice_free(a);
        return -1;
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        const np_site_t *s = &p->site[i];

        if (s->kind == NP_SITE_FIRST && s->depth != 0 && !s->hidden) {
            key[n].leaf = s->stack[0];
            key[n].origin = np_advice_origin(s, y);
            key[n++].site = i;
        }
    }
    qsort(key, n, sizeof(*key), np_advice_by_key);
    np_advice_gather(a, key, n);
    np_advice_routes(a, through);
    free(through);
    for (unsigned i = 0; i < a->n; i++) {
        a->v[i].thrown
            = np_advice_is_thrown(&p->site[a->v[i].site], a->v[i].origin, y);
        np_advice_judge(&a->v[i], p);
        a->advised += a->v[i].kind != NP_ADVICE_NO;
    }
    qsort_r(a->v, a->n, sizeof(*a->v), np_advice_by_worth, (void *) p);
    np_advice_owners(a, y);
    free(key);
    if (np_advice_names(a, y) != 0) {
        np_advice_free(a);
        return -1;
    }
    return 0;
}


void
np_advice_free(np_advice_t *a)
{
    free(a->v);
    free(a->sites);
    memset(a, 0, sizeof(*a));
}
