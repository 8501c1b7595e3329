/*
 * What differs between two profiles, for the terminal.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "report/np_brief.h"
#include "report/np_diff.h"
#include "report/np_figure.h"
#include "report/np_human.h"

const char np_text_unlike[] = "one profile is exact and the other sampled\n";

/* the totals that are compared at the top */
static const np_figure_e np_diff_totals[] = {
    NP_FIGURE_TOTAL,   NP_FIGURE_ALLOCS,    NP_FIGURE_PEAK,   NP_FIGURE_LIVE,
    NP_FIGURE_OBJECTS, NP_FIGURE_TEMPORARY, NP_FIGURE_PINNED,
};


/* "+1.20 MiB" */
static const char *
np_diff_change(const np_text_t *t, np_figure_e f, double change,
               char buf[NP_TEXT_CELL])
{
    char cell[NP_TEXT_CELL];

    (void) snprintf(buf, NP_TEXT_CELL, "%s%.60s",
                    change > 0 ? "+" : (change < 0 ? "-" : ""),
                    np_text_value(t, f, fabs(change), cell));
    return buf;
}


static const char *
np_diff_percent(double before, double after, char buf[NP_TEXT_CELL])
{
    if (!(before > 0)) {
        return after > 0 ? "new" : "-";
    }
    (void) snprintf(buf, NP_TEXT_CELL, "%+.1f %%",
                    100 * (after - before) / before);
    return buf;
}


static const char *
np_diff_word(const np_diff_entry_t *e)
{
    if (!(e->before > 0)) {
        return "new";
    }
    if (!(e->after > 0)) {
        return "gone";
    }
    return e->after > e->before ? "grew" : "shrank";
}


/* 1: sampling alone explains it, two times in three */
static int
np_diff_is_noise(const np_diff_entry_t *e, np_figure_e f)
{
    double variance = 0;

    variance += e->a != NULL ? e->a->variance[f] : 0;
    variance += e->b != NULL ? e->b->variance[f] : 0;
    return fabs(e->after - e->before) <= sqrt(variance);
}


/* what sites pin adds up to more or less than all that is pinned */
static double
np_diff_all(const np_profile_t *p, np_figure_e f)
{
    return f == NP_FIGURE_PINNED ? np_profile_pinned(p)
                                 : np_figure_value(&p->total, f);
}


static void
np_diff_total(const np_text_t *a, const np_text_t *b, np_figure_e f)
{
    double before = np_diff_all(a->p, f);
    double after = np_diff_all(b->p, f);
    char   x[NP_TEXT_CELL], y[NP_TEXT_CELL], change[NP_TEXT_CELL];
    char   percent[NP_TEXT_CELL];

    (void) fprintf(b->f, "  %-14s %12s %12s %13s %10s\n", np_figure[f].title,
                   np_text_value(a, f, before, x),
                   np_text_value(b, f, after, y),
                   np_diff_change(b, f, after - before, change),
                   np_diff_percent(before, after, percent));
}


static int
np_diff_entry(const np_text_t *a, const np_text_t *b, const np_diff_entry_t *e)
{
    np_figure_e       f = b->o->sort;
    const np_text_t  *t = e->b != NULL ? b : a;
    const np_group_t *g = e->b != NULL ? e->b : e->a;
    char              change[NP_TEXT_CELL], before[NP_TEXT_CELL];
    char              after[NP_TEXT_CELL], name[NP_BRIEF_MAX];

    (void) fprintf(b->f, "  %13s %12s %12s   %s%s%s%s\n",
                   np_diff_change(b, f, e->after - e->before, change),
                   np_text_value(b, f, e->before, before),
                   np_text_value(b, f, e->after, after),
                   np_text_on(b, NP_TEXT_WARN), np_diff_word(e),
                   np_text_off(b, NP_TEXT_WARN),
                   np_diff_is_noise(e, f) ? " (within the error)" : "");
    if (b->o->by != NP_BY_STACK || g->site == NP_NO_SITE) {
        (void) fprintf(b->f, "      %s\n",
                       g->whole ? g->name : np_brief(g->name, name));
        return 0;
    }
    return np_text_stack(t, &t->p->site[g->site], "      ");
}


static int
np_diff_entries(const np_text_t *a, const np_text_t *b, const np_diff_t *d)
{
    np_figure_e f = b->o->sort;
    unsigned    shown = b->o->top == 0 || d->n < b->o->top ? d->n : b->o->top;
    double      rest = 0;
    char        cell[NP_TEXT_CELL];

    np_text_head(b, "Changes by %s: %s", np_figure[f].key, np_figure[f].help);
    if (d->n == 0) {
        (void) fputs("  none\n", b->f);
        return 0;
    }
    (void) fprintf(b->f, "%s  %13s %12s %12s%s\n",
                   np_text_on(b, NP_TEXT_FAINT), "change", "before", "after",
                   np_text_off(b, NP_TEXT_FAINT));
    for (unsigned i = 0; i < shown; i++) {
        if (np_diff_entry(a, b, &d->v[i]) != 0) {
            return -1;
        }
    }
    for (unsigned i = shown; i < d->n; i++) {
        rest += d->v[i].after - d->v[i].before;
    }
    if (shown < d->n) {
        (void) fprintf(b->f, "  %13s by %u more\n",
                       np_diff_change(b, f, rest, cell), d->n - shown);
    }
    return 0;
}


static void
np_diff_filtered(const np_text_t *a, const np_text_t *b)
{
    unsigned before = np_text_unhidden(a), after = np_text_unhidden(b);

    if (before != a->p->nsites || after != b->p->nsites) {
        (void) fprintf(b->f,
                       "filter lets %u of %u call sites through before, %u of "
                       "%u after; totals are\nthose of all\n",
                       before, a->p->nsites, after, b->p->nsites);
    }
}


int
np_text_diff(const np_text_t *a, const np_text_t *b)
{
    np_diff_t d;
    int       rc;

    if (np_diff_make(&d, a->p, a->y, b->p, b->y, b->o->by, b->o->sort) != 0) {
        return -1;
    }
    (void) fprintf(b->f, "%s  %-14s %12s %12s %13s%s\n",
                   np_text_on(b, NP_TEXT_FAINT), "", "before", "after",
                   "change", np_text_off(b, NP_TEXT_FAINT));
    for (size_t i = 0; i < sizeof(np_diff_totals) / sizeof(np_diff_totals[0]);
         i++) {
        np_diff_total(a, b, np_diff_totals[i]);
    }
    if (a->p->sampled != b->p->sampled) {
        (void) fputs(np_text_unlike, b->f);
    }
    if (d.early) {
        (void) fputs("what the exact one has from before profiling began is "
                     "in its totals only\n",
                     b->f);
    }
    np_diff_filtered(a, b);
    rc = np_diff_entries(a, b, &d);
    np_diff_free(&d);
    return rc;
}
