/*
 * The rules of the adviser.  Each kind of advice is a shape that the figures
 * of a candidate have or have not; the shape is asked of the whole run and of
 * both its parts, and that is the confidence.
 */
#include "config.h"

#include "report/np_advice_rules.h"

#include <math.h>

#include "report/np_figure.h"

/* the values are in ngxpool-advise(1), too */
const np_rule_t np_advice_rule[NP_RULES] = {
    [NP_RULE_EVENTS]
    = {"events", 64, "least allocations seen, of a site and of each half"},
    [NP_RULE_CALLS]
    = {"calls", 0.001, "least share of all calls, or else of bytes"},
    [NP_RULE_BYTES]
    = {"bytes", 0.001, "least share of all bytes, or else of calls"},
    [NP_RULE_REMOTE] = {"remote", 0.05, "most frees by other threads"},
    [NP_RULE_SURVIVORS]
    = {"survivors", 0.05, "most objects that are not freed"},
    [NP_RULE_LIFO]
    = {"lifo", 0.8, "SCRATCH, STACK: least frees of the youngest object"},
    [NP_RULE_TEMPORARY]
    = {"temporary", 0.8, "SCRATCH, STACK: least frees that come soon"},
    [NP_RULE_STACK_SIZE]
    = {"stack_size", 1024, "STACK: bytes of a small object"},
    [NP_RULE_STACK_SHARE]
    = {"stack_share", 0.95, "STACK: least share of small objects"},
    [NP_RULE_RUN] = {"run", 16, "REGION: least frees in a row, on average"},
    [NP_RULE_REGION_LIFO]
    = {"region_lifo", 0.5, "REGION: most frees of the youngest object"},
    [NP_RULE_REALLOC]
    = {"realloc", 0.25, "RESERVE: least share of realloc calls"},
    [NP_RULE_COPIED]
    = {"copied", 65536, "RESERVE: least bytes that they copied"},
    [NP_RULE_REALLOCS]
    = {"reallocs", 0.5,
       "RESERVE: or least share of realloc calls; no other but SEGREGATE"},
    [NP_RULE_GROWN] = {"grown", 1, "RESERVE: least bytes that a call adds"},
    [NP_RULE_PINNED] = {"pinned", 65536, "SEGREGATE: least bytes pinned"},
    [NP_RULE_PINNING]
    = {"pinning", 1, "SEGREGATE: least bytes pinned for a live byte"},
    [NP_RULE_MOMENTS]
    = {"moments", 0.9, "SEGREGATE: a peak later in the run is its end"},
    [NP_RULE_LOOKED]
    = {"looked", 0.9, "SEGREGATE: of the peak that was live at a look there"},
    [NP_RULE_ROUTED]
    = {"routed", 0.9, "least share of what passes its call of malloc"},
    [NP_COST_CALL] = {"cost_call", 20e-9, "seconds of a malloc or a free"},
    [NP_COST_COPY] = {"cost_copy", 0.2e-9, "seconds of copying a byte"},
    [NP_COST_POOL] = {"cost_pool", 16384, "bytes of a pool of one's own"},
};

#define NP_RULE(name) (np_advice_rule[NP_RULE_##name].value)


double
np_advice_share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}


static int
np_advice_is_scratch(const np_half_t *h)
{
    return np_advice_share(h->lifo, h->frees) >= NP_RULE(LIFO)
           && np_advice_share(h->temporary, h->frees) >= NP_RULE(TEMPORARY);
}


static int
np_advice_is_region(const np_half_t *h)
{
    /* one that began in the other half is counted there */
    return h->frees / fmax(h->runs, 1) >= NP_RULE(RUN)
           && np_advice_share(h->lifo, h->frees) < NP_RULE(REGION_LIFO);
}


static int
np_advice_is_reserve(const np_half_t *h)
{
    return np_advice_share(h->reallocs, h->allocs) >= NP_RULE(REALLOC);
}


typedef int (*np_advice_shape_pt)(const np_half_t *h);

static const np_advice_shape_pt np_advice_shape[NP_ADVICE_KINDS] = {
    [NP_ADVICE_REGION] = np_advice_is_region,
    [NP_ADVICE_SCRATCH] = np_advice_is_scratch,
    [NP_ADVICE_STACK] = np_advice_is_scratch,
    [NP_ADVICE_RESERVE] = np_advice_is_reserve,
};


static double
np_advice_pinned(const np_site_t *s)
{
    return fmax(s->pinned, s->pinned_at_peak);
}


static int
np_advice_is_small(const np_site_t *s)
{
    double n = 0, all = 0;

    for (unsigned i = 0; i < NP_SIZES; i++) {
        all += s->size[i];
        if ((double) np_figure_size_limit(i) <= NP_RULE(STACK_SIZE)) {
            n += s->size[i];
        }
    }
    return np_advice_share(n, all) >= NP_RULE(STACK_SHARE);
}


/* the first that fits: memory before time.  Objects that go one by one, as
 * the oldest of a queue, may be freed in rows, too: longer ones than there
 * were objects to die together */
static void
np_advice_kind(np_candidate_t *c, const np_profile_t *p)
{
    const np_site_t *s = &c->sum;
    double           have = s->total.objects + s->inherited.objects;
    double           pinned = np_advice_pinned(s);
    int              most
        = np_advice_share(s->reallocs, s->total.objects) >= NP_RULE(REALLOCS);

    c->kind = NP_ADVICE_NO;
    if ((p->sampled ? s->samples : s->total.objects) < NP_RULE(EVENTS)) {
        c->why = NP_NO_FEW;
    } else if (pinned >= NP_RULE(PINNED)
               && pinned >= s->live.bytes * NP_RULE(PINNING)) {
        c->kind = NP_ADVICE_SEGREGATE;
    } else if (s->total.objects < p->total.total.objects * NP_RULE(CALLS)
               && s->total.bytes < p->total.total.bytes * NP_RULE(BYTES)) {
        c->why = NP_NO_SMALL;
    } else if (np_advice_is_reserve(&s->now)
               && (most || s->realloc_copied >= NP_RULE(COPIED))
               && s->realloc_grown >= s->reallocs * NP_RULE(GROWN)) {
        c->kind = NP_ADVICE_RESERVE;
    } else if (most) {
        /* each was freed young, as the youngest, in a row: and lives on */
        c->why = NP_NO_REALLOC;
    } else if (c->thrown) {
        c->why = NP_NO_THROWN;
    } else if (np_advice_share(s->remote, s->freed.objects)
               > NP_RULE(REMOTE)) {
        c->why = NP_NO_REMOTE;
    } else if (np_advice_share(s->live.objects, have) > NP_RULE(SURVIVORS)) {
        c->why = NP_NO_SURVIVORS;
    } else if (p->sampled) {
        /* its neighbours are not seen: neither which is the youngest, nor what
         * dies with it */
        c->why = NP_NO_SAMPLED;
    } else if (np_advice_is_scratch(&s->now)) {
        c->kind = np_advice_is_small(s) ? NP_ADVICE_STACK : NP_ADVICE_SCRATCH;
    } else if (np_advice_is_region(&s->now)
               && s->freed.objects <= c->batched) {
        c->kind = NP_ADVICE_REGION;
    } else {
        c->why = NP_NO_PATTERN;
    }
}


static void
np_advice_worth(np_candidate_t *c)
{
    const np_site_t *s = &c->sum;
    double           call = np_advice_rule[NP_COST_CALL].value;
    double           copy = np_advice_rule[NP_COST_COPY].value, batch;

    c->calls = c->seconds = c->memory = c->drag = 0;
    switch (c->kind) {
    case NP_ADVICE_NO:
        return;
    case NP_ADVICE_REGION:
        /* one free a batch is left; a survivor keeps its whole batch */
        batch = fmin(s->total.bytes / fmax(s->runs, 1), s->peak.bytes);
        c->calls = fmax(0, s->freed.objects - s->runs);
        c->drag = fmin(s->total.bytes, batch * (1 + s->live.objects));
        break;
    case NP_ADVICE_SCRATCH:
        c->calls = s->total.objects + s->freed.objects;
        c->drag = s->peak.bytes;
        break;
    case NP_ADVICE_STACK:
        c->calls = s->total.objects + s->freed.objects;
        break;
    case NP_ADVICE_RESERVE:
        /* what was asked for at once, and perhaps never filled */
        c->calls = s->reallocs;
        c->drag = s->peak.bytes;
        c->seconds = s->realloc_copied * copy;
        break;
    default:
        c->memory = np_advice_pinned(s);
        c->drag = np_advice_rule[NP_COST_POOL].value;
        break;
    }
    c->seconds += c->calls * call;
}


/* events, not weighted, that a part of the run has shown of this site */
static double
np_advice_seen(const np_candidate_t *c, const np_half_t *h, int sampled)
{
    double n = fmax(h->allocs, h->frees);

    return sampled ? n * np_advice_share(c->sum.samples, c->sum.total.objects)
                   : n;
}


static np_confidence_e
np_advice_confidence(const np_candidate_t *c, int sampled)
{
    int enough, agree = 0;

    for (int i = 0; i < 2; i++) {
        enough = np_advice_seen(c, &c->part[i], sampled) >= NP_RULE(EVENTS);
        if (enough && !np_advice_shape[c->kind](&c->part[i])) {
            return NP_CONFIDENCE_LOW;
        }
        agree += enough;
    }
    return agree == 2   ? NP_CONFIDENCE_HIGH
           : agree == 1 ? NP_CONFIDENCE_MEDIUM
                        : NP_CONFIDENCE_LOW;
}


/* of what is pinned at the peak is recorded what the look with the most live
 * bytes has seen: that may have been long before the peak, and a site that
 * came later has none.  1: it has, and the time line knows of no look near */
static int
np_advice_is_unseen(const np_site_t *s, const np_profile_t *p)
{
    for (unsigned i = 0; i < p->ntimes; i++) {
        const np_format_time_t *t = &p->time[i];

        if (t->pinned != NP_TIME_UNKNOWN
            && (double) t->live
                   >= NP_RULE(LOOKED) * (double) p->header.peak_bytes) {
            return 0;
        }
    }
    return s->pinned_at_peak <= 0;
}


/* pinning has no halves: two moments, the peak and the end, if they are two;
 * nobody having looked at the peak, all looks before the last */
static np_confidence_e
np_advice_pins_still(const np_site_t *s, const np_profile_t *p, int unseen)
{
    if (unseen) {
        return s->pinned >= NP_RULE(PINNED) && s->surveys > 1
                       && (s->pinned_sum - s->pinned) / (s->surveys - 1)
                              >= NP_RULE(PINNED)
                   ? NP_CONFIDENCE_HIGH
                   : NP_CONFIDENCE_MEDIUM;
    }
    if (s->pinned < NP_RULE(PINNED) || s->pinned_at_peak < NP_RULE(PINNED)
        || (double) p->header.peak_ms > NP_RULE(MOMENTS) * np_profile_ms(p)) {
        return NP_CONFIDENCE_MEDIUM;
    }
    return NP_CONFIDENCE_HIGH;
}


void
np_advice_judge(np_candidate_t *c, const np_profile_t *p)
{
    np_site_t *s = &c->sum;

    c->unseen = np_advice_is_unseen(s, p);
    /* in a sample a site's are an estimate; all that is pinned was counted */
    s->pinned = fmin(s->pinned, np_profile_pinned(p));
    s->pinned_at_peak = fmin(s->pinned_at_peak, np_profile_pinned_most(p));
    np_advice_kind(c, p);
    np_advice_worth(c);
    switch (c->kind) {
    case NP_ADVICE_NO:
        c->confidence = NP_CONFIDENCE_LOW;
        break;
    case NP_ADVICE_SEGREGATE:
        c->confidence = np_advice_pins_still(s, p, c->unseen);
        break;
    default:
        c->confidence = np_advice_confidence(c, p->sampled);
        break;
    }
}
