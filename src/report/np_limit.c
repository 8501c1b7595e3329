/*
 * Is a profile within its limits?
 */
#include "config.h"

#include "report/np_limit.h"

#include <math.h>
#include <string.h>

#include "report/np_figure.h"

/* from here on percents say less than a factor */
#define NP_LIMIT_TIMES 10

const np_limit_t np_limit[NP_LIMITS] = {
    {"max-peak", "peak", "most bytes live at once", 1},
    {"max-live", "live", "bytes live at the end", 1},
    {"max-allocs", "allocations", "calls that allocated", 0},
    {"max-total", "allocated", "bytes allocated, ever", 1},
    {"max-leaked", "leaked",
     "bytes live at the end, inherited ones too, early ones not", 1},
    {"max-rss", "peak RSS", "as the kernel counted it", 1},
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
            e = np_figure_error(p, s, NP_FIGURE_LIVE);
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
        *error = np_figure_error(p, &p->total, NP_FIGURE_PEAK);
        return (double) p->header.peak_bytes;
    case NP_LIMIT_LIVE:
        *error = np_figure_error(p, &p->total, NP_FIGURE_LIVE);
        return p->total.live.bytes;
    case NP_LIMIT_ALLOCS:
        *error = np_figure_error(p, &p->total, NP_FIGURE_ALLOCS);
        return p->total.total.objects;
    case NP_LIMIT_TOTAL:
        *error = np_figure_error(p, &p->total, NP_FIGURE_TOTAL);
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


/* 0 stands for RSS that was never seen, as without /proc */
static int
np_limit_is_known(const np_profile_t *p, np_limit_e i)
{
    return i != NP_LIMIT_RSS || p->header.peak_rss != 0;
}


static void
np_limit_unknown(const np_text_t *t, np_limit_e i, double max)
{
    np_figure_e f = np_limit[i].bytes ? NP_FIGURE_TOTAL : NP_FIGURE_ALLOCS;
    char        limit[NP_TEXT_CELL];

    (void) fprintf(t->f,
                   "%sFAIL%s  %-12s %12s%-*s  limit %s, and it was not "
                   "measured\n",
                   np_text_on(t, NP_TEXT_WARN), np_text_off(t, NP_TEXT_WARN),
                   np_limit[i].title, "not known", np_text_width(t), "",
                   np_text_value(t, f, max, limit));
}


static const char *
np_limit_exact(const np_text_t *t, np_figure_e f, double v,
               char buf[NP_TEXT_CELL])
{
    np_text_options_t o = *t->o;
    np_text_t         exact = *t;

    o.exact = 1;
    exact.o = &o;
    return np_text_value(&exact, f, v, buf);
}


/* uncertain: the limit's own standard error.  1: it failed */
static unsigned
np_limit_line(const np_text_t *t, np_limit_e i, double max, double uncertain,
              const char *what)
{
    np_figure_e f = np_limit[i].bytes ? NP_FIGURE_TOTAL : NP_FIGURE_ALLOCS;
    double      error, v = np_limit_value(t->p, i, &error);
    int         bad = v > max;
    char        value[NP_TEXT_CELL], limit[NP_TEXT_CELL];
    char        more[NP_TEXT_CELL], relative[NP_TEXT_CELL];
    const char *is = np_text_value(t, f, v, value);
    const char *of = np_text_value(t, f, max, limit);

    more[0] = '\0';
    if (bad && strcmp(is, of) == 0) {
        /* what is too much is less than what is rounded */
        is = np_limit_exact(t, f, v, value);
        of = np_limit_exact(t, f, max, limit);
    } else if (bad && max > 0) {
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
        is, np_text_width(t),
        i != NP_LIMIT_RSS ? np_text_error(t, v, error, relative) : "", what,
        of, more,
        fabs(v - max) <= hypot(error, uncertain) && error + uncertain > 0
            ? " (within the error)"
            : "");
    return bad ? 1 : 0;
}


static void
np_limit_verdict(const np_text_t *t, unsigned failed, unsigned unknown,
                 unsigned n)
{
    (void) fprintf(t->f, "%s: ", t->o->name);
    if (failed == 0 && unknown == 0) {
        (void) fprintf(t->f, "%u of %u limits kept\n", n, n);
    } else if (failed == 0) {
        (void) fprintf(t->f, "%u of %u limits not known\n", unknown, n);
    } else {
        (void) fprintf(t->f, "%u of %u limits exceeded", failed, n);
        if (unknown != 0) {
            (void) fprintf(t->f, ", %u not known", unknown);
        }
        (void) fputc('\n', t->f);
    }
}


/* how many of *n that it adds failed */
static unsigned
np_limit_baseline(const np_text_t *t, const np_profile_t *base, double percent,
                  unsigned *n)
{
    unsigned failed = 0;
    double   more = 1 + percent / 100;
    char     what[NP_TEXT_CELL];

    (void) snprintf(what, sizeof(what), "baseline + %g %%:", percent);
    for (int i = 0; i < NP_LIMITS; i++) {
        double error, v = np_limit_value(base, (np_limit_e) i, &error);

        /* what is not known of one cannot be compared */
        if (np_limit_is_known(base, (np_limit_e) i)
            && np_limit_is_known(t->p, (np_limit_e) i)) {
            failed += np_limit_line(t, (np_limit_e) i, v * more, error * more,
                                    what);
            ++*n;
        }
    }
    if (base->sampled != t->p->sampled) {
        (void) fputs(np_text_unlike, t->f);
    }
    return failed;
}


unsigned
np_limit_check(const np_text_t *t, const double max[NP_LIMITS],
               const np_profile_t *base, double percent)
{
    unsigned failed = 0, unknown = 0, n = 0;

    for (int i = 0; i < NP_LIMITS; i++) {
        if (isnan(max[i])) {
            continue;
        }
        n++;
        if (np_limit_is_known(t->p, (np_limit_e) i)) {
            failed += np_limit_line(t, (np_limit_e) i, max[i], 0, "limit");
        } else {
            np_limit_unknown(t, (np_limit_e) i, max[i]);
            unknown++;
        }
    }
    if (base != NULL) {
        failed += np_limit_baseline(t, base, percent, &n);
    }
    np_limit_verdict(t, failed, unknown, n);
    return failed + unknown;
}
