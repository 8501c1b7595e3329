/*
 * The figures of a site, and how well a sample knows them.
 *
 * A sample stands for 1/p objects, p = 1 - exp(-size/interval).  The sum of
 * n independent such weights for objects of equal size has the variance
 * n(1-p)/p^2, so an estimate N = n/p has the relative standard error
 * sqrt((1-p)/n) (Horvitz and Thompson, 1952, for Poisson sampling).  What was
 * allocated is known by size, and variances are added over the sizes; for the
 * rest p is that of the site's mean object.
 *
 * Slack is another matter: objects of nearly one size have none or much, and a
 * few may have most of it.  The estimate of the variance of a sum of slacks,
 *
 *      sum over sampled objects of w (w - 1) slack^2,  w = 1/p,
 *
 * needs each object's, and only S, the sum of w slack, is known.  But it is
 * not above S max((w - 1) slack), and of that the sizes tell a bound: slots
 * lose 15 bytes, or an eighth of them at most.
 */
#include "config.h"

#include "report/np_figure.h"

#include <math.h>
#include <string.h>

const np_figure_t np_figure[NP_FIGURES] = {
    {"live", "live", "bytes still in use", 1},
    {"peak", "at peak", "bytes in use when the program had its peak", 1},
    {"total", "allocated", "bytes allocated, ever", 1},
    {"temporary", "temporary", "bytes that were freed soon", 1},
    {"pinned", "pinned", "free bytes on pages that live objects hold", 1},
    {"objects", "live objects", "objects still in use", 0},
    {"allocs", "allocations", "calls that allocated", 0},
    {"temporary-allocs", "temporary allocations", "freed soon", 0},
    {"slack", "slack", "bytes given but not asked for, in live objects", 1},
    {"copied", "copied", "bytes moved by realloc", 1},
    {"remote", "freed elsewhere", "frees by other threads", 0},
};


int
np_figure_find(const char *key)
{
    for (int i = 0; i < NP_FIGURES; i++) {
        if (strcmp(np_figure[i].key, key) == 0) {
            return i;
        }
    }
    return -1;
}


double
np_figure_value(const np_site_t *s, np_figure_e f)
{
    switch (f) {
    case NP_FIGURE_LIVE:
        return s->live.bytes;
    case NP_FIGURE_PEAK:
        return s->at_peak.bytes;
    case NP_FIGURE_TOTAL:
        return s->total.bytes;
    case NP_FIGURE_TEMPORARY:
        return s->temporary.bytes;
    case NP_FIGURE_PINNED:
        return s->pinned;
    case NP_FIGURE_OBJECTS:
        return s->live.objects;
    case NP_FIGURE_ALLOCS:
        return s->total.objects;
    case NP_FIGURE_TEMPORARY_ALLOCS:
        return s->temporary.objects;
    case NP_FIGURE_SLACK:
        return s->live_slack;
    case NP_FIGURE_COPIED:
        return s->realloc_copied;
    case NP_FIGURE_REMOTE:
        return s->remote;
    case NP_FIGURES:
        break;
    }
    return NAN;
}


double
np_figure_objects(const np_site_t *s, np_figure_e f)
{
    switch (f) {
    case NP_FIGURE_PEAK:
        return s->at_peak.objects;
    case NP_FIGURE_TOTAL:
    case NP_FIGURE_ALLOCS:
        return s->total.objects;
    case NP_FIGURE_TEMPORARY:
    case NP_FIGURE_TEMPORARY_ALLOCS:
        return s->temporary.objects;
    case NP_FIGURE_COPIED:
        return s->reallocs;
    case NP_FIGURE_REMOTE:
        return s->remote;
    default:
        return s->live.objects;
    }
}


/* relative error of what was allocated, from its sizes; NaN: none known */
static double
np_figure_by_size(const np_profile_t *p, const np_site_t *s, int bytes)
{
    double interval = (double) p->header.interval;
    double sum = 0, variance = 0, size, chance, weight;

    for (unsigned i = 0; i < NP_SIZES; i++) {
        /* the middle of the class; those behind the last are sampled all */
        size = 0.75 * (double) ((uint64_t) 16 << i);
        chance = -expm1(-size / interval);
        weight = (bytes ? size : 1) / chance;
        sum += s->size[i] * weight;
        variance += s->size[i] * weight * weight * (1 - chance);
    }
    return sum > 0 ? sqrt(variance) / sum : NAN;
}


/* the most that the relative error of slack can be */
static double
np_figure_slack(const np_profile_t *p, const np_site_t *s)
{
    double   interval = (double) p->header.interval, most = 0, slot;
    unsigned events = 0;

    for (unsigned i = 0; i < NP_SIZES; i++) {
        if (s->size[i] == 0) {
            continue;
        }
        /* the smallest slot for a request of this class */
        slot = i == 0 ? 16 : (double) ((uint64_t) 8 << i);
        slot += i > 0 && i < 5 ? 16 : 0;
        most = fmax(most, fmax(15, slot / 8) / expm1(slot / interval));
        events += s->size[i];
    }
    /* inherited: of no slot all can be lost */
    most = events == 0 ? interval : most;
    return s->live_slack > 0 ? sqrt(most / s->live_slack) : NAN;
}


static double
np_figure_relative(const np_profile_t *p, const np_site_t *s, np_figure_e f)
{
    double objects = np_figure_objects(s, f);
    double chance, events;

    if (f == NP_FIGURE_TOTAL || f == NP_FIGURE_ALLOCS) {
        return np_figure_by_size(p, s, f == NP_FIGURE_TOTAL);
    }
    if (f == NP_FIGURE_SLACK) {
        return np_figure_slack(p, s);
    }
    if (s->total.objects > 0 && s->samples > 0) {
        chance = s->samples / s->total.objects;
    } else if (s->inherited.objects > 0 && p->header.interval > 0) {
        chance = -expm1(-s->inherited.bytes / s->inherited.objects
                        / (double) p->header.interval);
    } else {
        return NAN;
    }
    chance = chance < 1 ? chance : 1;
    events = objects * chance;
    return events > 0 ? sqrt((1 - chance) / events) : NAN;
}


double
np_figure_error(const np_profile_t *p, const np_site_t *s, np_figure_e f)
{
    double value = np_figure_value(s, f), variance = 0, e;

    if (!p->sampled || value == 0) {
        return 0;
    }
    if (s != &p->total) {
        return value * np_figure_relative(p, s, f);
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        e = np_figure_error(p, &p->site[i], f);
        variance += e * e;
    }
    return sqrt(variance);
}


const char *
np_figure_title(const np_site_t *s)
{
    switch (s->kind) {
    case NP_SITE_EARLY:
        return "(before profiling began)";
    case NP_SITE_PROFILER:
        return "(the profiler itself)";
    case NP_SITE_OVERFLOW:
        return "(no room left to tell sites apart)";
    default:
        return "(no call stack)";
    }
}


uint64_t
np_figure_size_limit(unsigned i)
{
    return i + 1 < NP_SIZES ? (uint64_t) 16 << i : UINT64_MAX;
}


uint64_t
np_figure_life_limit(unsigned i)
{
    return i + 1 < NP_LIVES ? (uint64_t) 1024 << i : UINT64_MAX;
}


uint64_t
np_figure_time_limit(unsigned i)
{
    return i + 1 < NP_TIMES ? (uint64_t) 1 << i : UINT64_MAX;
}
