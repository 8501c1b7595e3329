/*
 * The answers of a report before its lists: of each question the functions
 * that have most of it.  Lists tell call stacks apart, so a function that is
 * called from many places may be large and head none of them.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "report/np_brief.h"
#include "report/np_figure.h"
#include "report/np_text.h"

/* so many functions each; those behind the first only with this share */
#define NP_SHORT_MOST  2
#define NP_SHORT_SHARE 0.1

/* what is asked, by the figure that tells */
static const struct {
    const char *question;
    const char *running; /* while the program runs, NULL: the same */
    np_figure_e figure;
} np_short[] = {
    {"allocates", NULL, NP_FIGURE_TOTAL},
    {"freed at once", NULL, NP_FIGURE_TEMPORARY},
    {"dies together", NULL, NP_FIGURES},
    {"kept at the peak", NULL, NP_FIGURE_PEAK},
    {"kept to the end", "kept so far", NP_FIGURE_LIVE},
    {"pins free memory", NULL, NP_FIGURE_PINNED},
};


/* NP_FIGURES: of sites that die together */
static double
np_short_value(const np_group_t *g, np_figure_e f)
{
    switch (f) {
    case NP_FIGURES:
        return g->together;
    case NP_FIGURE_TEMPORARY:
        /* what realloc makes larger is freed, and lives on */
        return g->brief;
    default:
        return g->value[f];
    }
}


static double
np_short_all(const np_text_t *t, np_figure_e f)
{
    return np_figure_value(&t->p->total,
                           f == NP_FIGURES ? NP_FIGURE_TOTAL : f);
}


/* the largest that is smaller than the last one told; NULL: none is left */
static const np_group_t *
np_short_next(const np_groups_t *g, np_figure_e f, const np_group_t *last)
{
    const np_group_t *best = NULL;
    double            v, most = 0;

    for (unsigned i = 0; i < g->n; i++) {
        v = np_short_value(&g->v[i], f);
        /* equal ones stand in the order of their names */
        if (v > most
            && (last == NULL || v < np_short_value(last, f)
                || (v == np_short_value(last, f) && &g->v[i] > last))) {
            best = &g->v[i];
            most = v;
        }
    }
    return best;
}


static void
np_short_line(const np_text_t *t, const char *question, const np_group_t *g,
              np_figure_e f)
{
    double      v = np_short_value(g, f), error = 0;
    np_figure_e as = f == NP_FIGURES ? NP_FIGURE_TOTAL : f;
    char        value[NP_TEXT_CELL], share[NP_TEXT_CELL];
    char        relative[NP_TEXT_CELL], name[NP_BRIEF_MAX];

    if (f != NP_FIGURES) {
        error = sqrt(g->variance[f]);
    }
    (void) fprintf(t->f, "  %-16s %12s%-*s %8s  %s\n", question,
                   np_text_value(t, as, v, value), np_text_width(t),
                   np_text_error(t, v, error, relative),
                   np_text_share(v, np_short_all(t, f), share),
                   g->whole ? g->name : np_brief(g->name, name));
}


int
np_text_short(const np_text_t *t)
{
    /* or it went on without being profiled */
    int running = (t->p->header.ended == NP_ENDED_NOT && !t->p->over)
                  || t->p->header.ended == NP_ENDED_STOPPED;
    np_groups_t g;

    if (np_groups_make(&g, t->p, t->y, NP_BY_SELF) != 0) {
        return -1;
    }
    if (g.n == 0) {
        return 0;
    }
    np_text_head(t, "In short: which functions have most of what");
    for (size_t i = 0; i < sizeof(np_short) / sizeof(np_short[0]); i++) {
        np_figure_e       f = np_short[i].figure;
        const char       *question = np_short[i].question;
        const np_group_t *last = np_short_next(&g, f, NULL);
        double            least = NP_SHORT_SHARE * np_short_all(t, f);

        if (running && np_short[i].running != NULL) {
            question = np_short[i].running;
        }
        for (int n = 0; n < NP_SHORT_MOST && last != NULL
                        && (n == 0 || np_short_value(last, f) >= least);
             n++) {
            np_short_line(t, n == 0 ? question : "", last, f);
            last = np_short_next(&g, f, last);
        }
    }
    np_groups_free(&g);
    return 0;
}
