/*
 * Is a profile within its limits?
 */
#include "config.h"

#include "report/np_limit.h"

#include <math.h>

/* from here on percents say less than a factor */
#define NP_LIMIT_TIMES 10

const np_limit_t np_limit[NP_LIMITS] = {
    {"max-peak", "peak", "most bytes live at once", 1},
    {"max-live", "live", "bytes live at the end", 1},
    {"max-allocs", "allocations", "calls that allocated", 0},
    {"max-total", "allocated", "bytes allocated, ever", 1},
    {"max-leaked", "leaked",
     "bytes live at the end, those before profiling aside", 1},
    {"max-rss", "peak RSS", "as seen on the time line", 1},
};


static double
np_limit_leaked(const np_profile_t *p, double *error)
{
    double sum = 0, e;

    *error = 0;
    for (unsigned i = 0; i < p->nsites; i++) {
        const np_site_t *s = &p->site[i];

        if (!s->hidden && s->kind != NP_SITE_EARLY
            && s->kind != NP_SITE_PROFILER) {
            sum += s->live.bytes;
            e = np_profile_error(p, s, NP_FIGURE_LIVE);
            *error += e * e;
        }
    }
    *error = sqrt(*error);
    return sum;
}


double
np_limit_value(const np_profile_t *p, np_limit_e i, double *error)
{
    *error = 0;
    switch (i) {
    case NP_LIMIT_PEAK:
        *error = np_profile_error(p, &p->total, NP_FIGURE_PEAK);
        return (double) p->header.peak_bytes;
    case NP_LIMIT_LIVE:
        *error = np_profile_error(p, &p->total, NP_FIGURE_LIVE);
        return p->total.live.bytes;
    case NP_LIMIT_ALLOCS:
        *error = np_profile_error(p, &p->total, NP_FIGURE_ALLOCS);
        return p->total.total.objects;
    case NP_LIMIT_TOTAL:
        *error = np_profile_error(p, &p->total, NP_FIGURE_TOTAL);
        return p->total.total.bytes;
    case NP_LIMIT_LEAKED:
        return np_limit_leaked(p, error);
    case NP_LIMIT_RSS:
        return (double) p->header.peak_rss;
    case NP_LIMITS:
        break;
    }
    return NAN;
}


/* 1: it failed */
static unsigned
np_limit_line(const np_text_t *t, np_limit_e i, double max, const char *what)
{
    np_figure_e f = np_limit[i].bytes ? NP_FIGURE_TOTAL : NP_FIGURE_ALLOCS;
    double      error, v = np_limit_value(t->p, i, &error);
    int         bad = v > max;
    char        value[NP_TEXT_CELL], limit[NP_TEXT_CELL];
    char        more[NP_TEXT_CELL], relative[NP_TEXT_CELL];

    more[0] = '\0';
    if (bad && max > 0) {
        if (v < NP_LIMIT_TIMES * max) {
            (void) snprintf(more, sizeof(more), ", %.1f %% too much",
                            100 * (v - max) / max);
        } else {
            (void) snprintf(more, sizeof(more), ", %.0f times as much",
                            v / max);
        }
    }
    (void) fprintf(
        t->f, "%s%-4s%s  %-12s %12s%-*s  %s %s%s%s\n",
        np_text_on(t, bad ? NP_TEXT_WARN : NP_TEXT_PLAIN), bad ? "FAIL" : "ok",
        np_text_off(t, bad ? NP_TEXT_WARN : NP_TEXT_PLAIN), np_limit[i].title,
        np_text_value(t, f, v, value), np_text_width(t),
        np_text_error(t, v, error, relative), what,
        np_text_value(t, f, max, limit), more,
        fabs(v - max) <= error && t->p->sampled ? " (within the error)" : "");
    return bad ? 1 : 0;
}


unsigned
np_limit_check(const np_text_t *t, const double max[NP_LIMITS],
               const np_profile_t *base, double percent)
{
    unsigned failed = 0, n = 0;
    char     what[NP_TEXT_CELL];
    double   error;

    for (int i = 0; i < NP_LIMITS; i++) {
        if (!isnan(max[i])) {
            failed += np_limit_line(t, (np_limit_e) i, max[i], "limit");
            n++;
        }
    }
    (void) snprintf(what, sizeof(what), "baseline + %g %%:", percent);
    for (int i = 0; base != NULL && i < NP_LIMITS; i++) {
        double v = np_limit_value(base, (np_limit_e) i, &error);

        /* what is not known of one cannot be compared */
        if (i != NP_LIMIT_RSS || (v > 0 && t->p->header.peak_rss > 0)) {
            failed += np_limit_line(t, (np_limit_e) i, v * (1 + percent / 100),
                                    what);
            n++;
        }
    }
    (void) fprintf(t->f, "%s: %u of %u limits %s\n", t->o->name,
                   failed == 0 ? n : failed, n,
                   failed == 0 ? "kept" : "exceeded");
    return failed;
}
