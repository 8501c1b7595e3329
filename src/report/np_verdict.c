/*
 * The verdict on a change.
 */
#include "config.h"

#include "report/np_verdict.h"

#include <math.h>
#include <stdlib.h>

/* a ratio this close to 1 is no difference */
#define NP_VERDICT_LEAST 0.01

/* np_statistics_ratio() has an interval from here */
#define NP_VERDICT_RUNS 4

typedef struct {
    np_metric_e metric;
    int         decides;
} np_verdict_row_t;

static const np_verdict_row_t np_verdict_rows[] = {
    {NP_METRIC_WALL, 1},     {NP_METRIC_CPU, 1},    {NP_METRIC_RSS_PEAK, 1},
    {NP_METRIC_RSS_MEAN, 1}, {NP_METRIC_MINFLT, 0},
};

#define NP_VERDICT_ROWS (sizeof(np_verdict_rows) / sizeof(np_verdict_rows[0]))


static unsigned
np_verdict_after(const np_comparison_t *c)
{
    return c->base == 0 ? 1 : 0;
}


/* two values for each run: before, and behind them after */
static np_verdict_e
np_verdict_few(const np_summary_t *before, const np_summary_t *after)
{
    if (before->n < 2 || after->n < 2) {
        return NP_VERDICT_NONE;
    }
    return after->max < before->min   ? NP_VERDICT_LESS
           : after->min > before->max ? NP_VERDICT_MORE
                                      : NP_VERDICT_NOISE;
}


np_verdict_e
np_verdict_metric(const np_comparison_t *c, np_metric_e m, double *ratio)
{
    np_summary_t before, after;
    np_ratio_t   r;
    np_verdict_e v;

    *ratio = NAN;
    if (np_comparison_summary(c, c->base, m, &before) != 0
        || np_comparison_summary(c, np_verdict_after(c), m, &after) != 0
        || np_comparison_ratio(c, np_verdict_after(c), m, &r) != 0) {
        return NP_VERDICT_NONE;
    }
    *ratio = r.ratio;
    v = before.n < NP_VERDICT_RUNS || after.n < NP_VERDICT_RUNS
            ? np_verdict_few(&before, &after)
            : r.verdict;
    if ((v == NP_VERDICT_LESS || v == NP_VERDICT_MORE)
        && !(fabs(r.ratio - 1) >= NP_VERDICT_LEAST)) {
        v = NP_VERDICT_NOISE;
    }
    return v;
}


/* good ones */
static unsigned
np_verdict_runs(const np_comparison_t *c, unsigned allocator)
{
    unsigned runs, bad = np_comparison_failures(c, allocator, &runs);

    return runs - bad;
}


/* the title of the rows: "median of 5", or "median of 5, 3" */
static const char *
np_verdict_title(unsigned before, unsigned after, char buf[64])
{
    if (before == 1 && after == 1) {
        (void) snprintf(buf, 64, "one run of each");
    } else if (before == 0 || after == 0) {
        (void) snprintf(buf, 64, "good runs: %u, %u", before, after);
    } else if (before == after) {
        (void) snprintf(buf, 64, "median of %u", before);
    } else {
        (void) snprintf(buf, 64, "median of %u, %u", before, after);
    }
    return buf;
}


static int
np_verdict_table(FILE *f, const np_comparison_t *c)
{
    static const char *const word[] = {
        [NP_VERDICT_NONE] = "-",
        [NP_VERDICT_NOISE] = "noise",
        [NP_VERDICT_LESS] = "less",
        [NP_VERDICT_MORE] = "more",
    };
    unsigned     after = np_verdict_after(c);
    np_summary_t s[2];
    np_verdict_e v;
    char         one[64], two[64], change[32];
    double       ratio;

    (void) fprintf(f, "%-23s %12s %12s %10s\n",
                   np_verdict_title(np_verdict_runs(c, c->base),
                                    np_verdict_runs(c, after), one),
                   c->allocator[c->base].name, c->allocator[after].name,
                   "change");
    for (size_t i = 0; i < NP_VERDICT_ROWS; i++) {
        np_metric_e m = np_verdict_rows[i].metric;

        if (!np_comparison_has(c, m)) {
            continue;
        }
        if (np_comparison_summary(c, c->base, m, &s[0]) != 0
            || np_comparison_summary(c, after, m, &s[1]) != 0) {
            return -1;
        }
        v = np_verdict_metric(c, m, &ratio);
        (void) snprintf(change, sizeof(change),
                        isnan(ratio) ? "-" : "%+.1f %%", (ratio - 1) * 100);
        (void) fprintf(f, "%-23s %12s %12s %10s  %s\n", np_metric[m].title,
                       np_metric_human(m, s[0].median, one),
                       np_metric_human(m, s[1].median, two), change, word[v]);
    }
    if (np_verdict_runs(c, c->base) > 1 || np_verdict_runs(c, after) > 1) {
        (void) fputs("(change: the median over all pairs of runs, not the "
                     "change of the medians)\n",
                     f);
    }
    return 0;
}


/* ", peak RSS by 4.2 %": what has changed in one direction */
static unsigned
np_verdict_list(FILE *f, const np_comparison_t *c, np_verdict_e which)
{
    unsigned n = 0;
    double   ratio;

    for (size_t i = 0; i < NP_VERDICT_ROWS; i++) {
        np_metric_e m = np_verdict_rows[i].metric;

        if (!np_verdict_rows[i].decides
            || np_verdict_metric(c, m, &ratio) != which) {
            continue;
        }
        if (f != NULL) {
            (void) fprintf(f, "%s%s by %.1f %%", n != 0 ? ", " : " ",
                           np_metric[m].title, fabs(ratio - 1) * 100);
        }
        n++;
    }
    return n;
}


/* from so many good runs of each, at least */
static void
np_verdict_nothing(FILE *f, const char *what, unsigned runs)
{
    (void) fprintf(f, "Nothing can be said of %s: ", what);
    if (runs == 0) {
        (void) fputs("good runs of both kinds are wanted.\n", f);
    } else {
        (void) fprintf(f, "%u run%s of a kind %s too few; try -n 5.\n", runs,
                       runs == 1 ? "" : "s", runs == 1 ? "is" : "are");
    }
}


int
np_verdict_print(FILE *f, const np_comparison_t *c, const char *what)
{
    unsigned before = np_verdict_runs(c, c->base);
    unsigned after = np_verdict_runs(c, np_verdict_after(c));
    unsigned runs = before < after ? before : after, less, more, none;

    if (before + after != 0) {
        if (np_verdict_table(f, c) != 0) {
            return -1;
        }
        (void) fputc('\n', f);
    }
    less = np_verdict_list(NULL, c, NP_VERDICT_LESS);
    more = np_verdict_list(NULL, c, NP_VERDICT_MORE);
    none = np_verdict_list(NULL, c, NP_VERDICT_NOISE);
    if (less + more + none == 0) {
        np_verdict_nothing(f, what, runs);
        return 0;
    }
    if (less == 0) {
        (void) fprintf(f, "No, %s %s", what,
                       more == 0 ? "does not help: nothing falls"
                                 : "does harm:");
    } else {
        (void) fprintf(f, "%s, %s helps:", more == 0 ? "Yes" : "In part",
                       what);
        (void) np_verdict_list(f, c, NP_VERDICT_LESS);
        (void) fprintf(f, " less%s", more != 0 ? ", but" : "");
    }
    if (more != 0) {
        (void) np_verdict_list(f, c, NP_VERDICT_MORE);
        (void) fprintf(f, " more");
    } else if (less == 0) {
        (void) fprintf(f, " by a hundredth and more than the noise");
    }
    (void) fprintf(f, ".\n");
    if (runs < NP_VERDICT_RUNS) {
        (void) fprintf(f,
                       "With %u good runs of each this is a hint; -n 5 and "
                       "more make it a test.\n",
                       runs);
    }
    return 0;
}
