/*
 * A comparison for the terminal.  First the metrics that decide, each with
 * its median, spread, ratio and interval by allocator; then the medians of
 * everything that was measured; then where libngxpool's RSS goes; then the
 * remarks.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <math.h>
#include <string.h>

#include "report/np_human.h"

/* columns of allocators side by side in 79 characters */
#define NP_TABLE_SIDE 5

#define NP_COLOUR_LESS  "\033[32m"
#define NP_COLOUR_MORE  "\033[31m"
#define NP_COLOUR_FAINT "\033[2m"
#define NP_COLOUR_BOLD  "\033[1m"
#define NP_COLOUR_NONE  "\033[0m"

typedef struct {
    const char *text;
    const char *colour;
} np_table_mark_t;

/* by np_verdict_e */
static const np_table_mark_t np_table_mark[] = {
    {"too few runs", NP_COLOUR_FAINT},
    {"~ noise", NP_COLOUR_FAINT},
    {"less", NP_COLOUR_LESS},
    {"more", NP_COLOUR_MORE},
};


static void
np_table_head(FILE *f, const np_comparison_t *c)
{
    char interval[NP_HUMAN_MAX];

    (void) fprintf(f, "command  %s\n", c->line);
    if (c->load != NULL) {
        (void) fprintf(f, "load     %s; then %g s idle\n", c->load, c->idle);
    }
    (void) fprintf(f,
                   "runs     %u of each, %u warm-up, random order, seed %llu, "
                   "a sample every %s%s%s\n",
                   c->rounds, c->warmup, (unsigned long long) c->seed,
                   np_human_seconds(interval, c->interval),
                   c->pin != NULL ? ", on CPU " : "",
                   c->pin != NULL ? c->pin : "");
    (void) fprintf(f, "machine  %s\n", c->machine);
    for (unsigned a = 0; a < c->nallocators; a++) {
        (void) fprintf(f, "%-8s %-12s %s\n", a == 0 ? "with" : "",
                       c->allocator[a].name,
                       c->allocator[a].path[0] != '\0' ? c->allocator[a].path
                                                       : "(no preload)");
    }
}


static void
np_table_row(FILE *f, const np_comparison_t *c, unsigned a, np_metric_e m,
             const np_summary_t *s, const np_ratio_t *r, int colour)
{
    char                   buf[NP_HUMAN_MAX], spread[16], range[40];
    const np_table_mark_t *mark = &np_table_mark[r->verdict];

    (void) snprintf(spread, sizeof(spread), "%.1f %%",
                    s->median > 0 ? 100 * s->spread / s->median : 0);
    (void) fprintf(f, "  %-14s %12s %9s", c->allocator[a].name,
                   np_metric_human(m, s->median, buf), spread);
    if (a == c->base) {
        (void) fputs("    1\n", f);
        return;
    }
    if (isnan(r->ratio)) {
        (void) fputs("    -\n", f);
        return;
    }
    range[0] = '\0';
    if (!isnan(r->low)) {
        (void) snprintf(range, sizeof(range), "%.3f .. %.3f", r->low, r->high);
    }
    (void) fprintf(f, "    %-7.3f %-16s %s%s%s\n", r->ratio, range,
                   colour ? mark->colour : "", mark->text,
                   colour ? NP_COLOUR_NONE : "");
}


/* why an allocator has no value: what became of its first run that failed */
static const char *
np_table_why(const np_comparison_t *c, unsigned a, char *buf, size_t size)
{
    unsigned runs, bad = np_comparison_failures(c, a, &runs);

    for (unsigned i = 0; bad != 0 && i < c->nruns; i++) {
        if (c->run[i].allocator == a && c->run[i].outcome != NP_OK) {
            return np_run_outcome(&c->run[i], buf, size);
        }
    }
    return runs == 0 ? "no run" : "not measured";
}


static int
np_table_metric(FILE *f, const np_comparison_t *c, np_metric_e m, int colour)
{
    np_summary_t s;
    np_ratio_t   r;
    char         what[80];

    (void) fprintf(f, "\n%s%-16s%s %12s %9s    ratio to %s, %d %% interval\n",
                   colour ? NP_COLOUR_BOLD : "", np_metric[m].title,
                   colour ? NP_COLOUR_NONE : "", "median", "spread",
                   c->allocator[c->base].name, (int) (100 * NP_CONFIDENCE));
    for (unsigned a = 0; a < c->nallocators; a++) {
        if (np_comparison_summary(c, a, m, &s) != 0
            || np_comparison_ratio(c, a, m, &r) != 0) {
            return -1;
        }
        if (s.n != 0) {
            np_table_row(f, c, a, m, &s, &r, colour);
            continue;
        }
        (void) fprintf(f, "  %-14s %12s    %s\n", c->allocator[a].name, "-",
                       np_table_why(c, a, what, sizeof(what)));
    }
    return 0;
}


/* what the reader of two medians would not think */
static void
np_table_ratio(FILE *f, const np_comparison_t *c)
{
    if (c->nallocators > 1 && c->rounds > 1 && c->nruns != 0) {
        (void) fputs("\n(ratio: the median over all pairs of runs, not the "
                     "ratio of the medians)\n",
                     f);
    }
}


static int
np_table_medians(FILE *f, const np_comparison_t *c, unsigned from)
{
    np_summary_t s;
    char         buf[NP_HUMAN_MAX];
    unsigned     to = from + NP_TABLE_SIDE;

    to = to < c->nallocators ? to : c->nallocators;
    (void) fprintf(f, "\n%-23s", "medians");
    for (unsigned a = from; a < to; a++) {
        (void) fprintf(f, " %10.10s", c->allocator[a].name);
    }
    (void) fputc('\n', f);
    for (int m = 0; m < NP_METRICS; m++) {
        if (!np_comparison_has(c, (np_metric_e) m)) {
            continue;
        }
        (void) fprintf(f, "%-23s", np_metric[m].title);
        for (unsigned a = from; a < to; a++) {
            if (np_comparison_summary(c, a, (np_metric_e) m, &s) != 0) {
                return -1;
            }
            (void) fprintf(f, " %10s",
                           np_metric_human((np_metric_e) m, s.median, buf));
        }
        (void) fputc('\n', f);
    }
    return 0;
}


static void
np_table_where(FILE *f, const np_where_t *w)
{
    char buf[NP_HUMAN_MAX];

    const struct {
        const char *name;
        double      bytes;
    } part[] = {
        {"live", w->live},         {"slack", w->slack},
        {"holes", w->holes},       {"retained", w->retained},
        {"metadata", w->metadata}, {"rest", w->rest},
    };

    (void) fputs("\nRSS under ngxpool at exit, of the largest process:\n ", f);
    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        if (!isnan(part[i].bytes)) {
            (void) fprintf(f, " %s %s%s", part[i].name,
                           np_human_bytes(buf, part[i].bytes),
                           i == 5 ? "" : ",");
        }
    }
    (void) fputc('\n', f);
}


static void
np_table_say(void *data, const char *line)
{
    (void) fprintf(data, "- %s\n", line);
}


int
np_compare_table(FILE *f, const np_comparison_t *c, int colour)
{
    np_table_head(f, c);
    for (int m = 0; m < NP_METRICS && c->nruns != 0; m++) {
        if (np_comparison_headline(c, (np_metric_e) m)
            && np_table_metric(f, c, (np_metric_e) m, colour) != 0) {
            return -1;
        }
    }
    np_table_ratio(f, c);
    for (unsigned a = 0; a < c->nallocators && c->nruns != 0;
         a += NP_TABLE_SIDE) {
        if (np_table_medians(f, c, a) != 0) {
            return -1;
        }
    }
    if (c->where.known) {
        np_table_where(f, &c->where);
    }
    (void) fputc('\n', f);
    np_comparison_remarks(c, np_table_say, f);
    return 0;
}
