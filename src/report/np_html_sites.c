/*
 * The sites of a page, as columns: one list for each figure, so that a browser
 * reads them fast and a page stays small.
 */
#include "config.h"

#include "report/np_html_sites.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"
#include "report/np_hint.h"
#include "report/np_html_json.h"

typedef struct {
    const char *name;
    size_t      offset; /* of a double in np_site_t */
    int         sum;    /* the sum over sites means something */
} np_html_figure_t;

#define NP_HTML_FIGURE(name, field, sum)                                      \
    {                                                                         \
        name, offsetof(np_site_t, field), sum                                 \
    }

static const np_html_figure_t np_html_figure[] = {
    NP_HTML_FIGURE("live_bytes", live.bytes, 1),
    NP_HTML_FIGURE("live_objects", live.objects, 1),
    NP_HTML_FIGURE("at_peak_bytes", at_peak.bytes, 1),
    NP_HTML_FIGURE("at_peak_objects", at_peak.objects, 1),
    NP_HTML_FIGURE("peak_bytes", peak.bytes, 0),
    NP_HTML_FIGURE("peak_objects", peak.objects, 0),
    NP_HTML_FIGURE("alloc_bytes", total.bytes, 1),
    NP_HTML_FIGURE("allocs", total.objects, 1),
    NP_HTML_FIGURE("free_bytes", freed.bytes, 1),
    NP_HTML_FIGURE("frees", freed.objects, 1),
    NP_HTML_FIGURE("inherited_bytes", inherited.bytes, 1),
    NP_HTML_FIGURE("temporary_bytes", temporary.bytes, 1),
    NP_HTML_FIGURE("temporary", temporary.objects, 1),
    NP_HTML_FIGURE("slack", slack, 1),
    NP_HTML_FIGURE("live_slack", live_slack, 1),
    NP_HTML_FIGURE("remote", remote, 1),
    NP_HTML_FIGURE("lifo", lifo, 1),
    NP_HTML_FIGURE("runs", runs, 1),
    NP_HTML_FIGURE("longest_run", longest_run, 0),
    NP_HTML_FIGURE("reallocs", reallocs, 1),
    NP_HTML_FIGURE("realloc_in_place", realloc_in_place, 1),
    NP_HTML_FIGURE("realloc_grown", realloc_grown, 1),
    NP_HTML_FIGURE("realloc_copied", realloc_copied, 1),
    NP_HTML_FIGURE("pinned", pinned, 1),
    NP_HTML_FIGURE("pinned_at_peak", pinned_at_peak, 1),
    NP_HTML_FIGURE("pinned_max", pinned_max, 0),
    NP_HTML_FIGURE("pinned_sum", pinned_sum, 0),
    NP_HTML_FIGURE("surveys", surveys, 0),
    NP_HTML_FIGURE("samples", samples, 1),
    NP_HTML_FIGURE("life_bytes", mean_life_bytes, 0),
    NP_HTML_FIGURE("life_ms", mean_life_ms, 0),
    NP_HTML_FIGURE("first_ms", first_ms, 0),
    NP_HTML_FIGURE("last_ms", last_ms, 0),
};

#define NP_HTML_FIGURES (sizeof(np_html_figure) / sizeof(np_html_figure[0]))

/* what the page has flame graphs of */
static const np_figure_e np_html_weighty[]
    = {NP_FIGURE_LIVE, NP_FIGURE_PEAK, NP_FIGURE_TOTAL, NP_FIGURE_TEMPORARY,
       NP_FIGURE_PINNED};

#define NP_HTML_WEIGHTY (sizeof(np_html_weighty) / sizeof(np_html_weighty[0]))


static double
np_html_value(const np_site_t *s, const np_html_figure_t *figure)
{
    double v;

    memcpy(&v, (const char *) s + figure->offset, sizeof(v));
    return v;
}


static double
np_html_weight(const np_site_t *s, const double *sum)
{
    double weight = 0, v;

    for (unsigned i = 0; i < NP_HTML_WEIGHTY; i++) {
        v = np_figure_value(s, np_html_weighty[i]);
        if (sum[i] > 0 && v / sum[i] > weight) {
            weight = v / sum[i];
        }
    }
    return weight;
}


/* heaviest first; equals in their order in the profile */
static int
np_html_compare(const void *left, const void *right)
{
    const np_html_row_t *a = left, *b = right;

    if (a->weight != b->weight) {
        return a->weight > b->weight ? -1 : 1;
    }
    return a->site < b->site ? -1 : 1;
}


static void
np_html_rank(np_html_sites_t *t)
{
    const np_profile_t *p = t->x->profile;
    double              sum[NP_HTML_WEIGHTY] = {0}, v;

    for (unsigned i = 0; i < p->nsites; i++) {
        if (!p->site[i].hidden) {
            t->row[t->all++].site = i;
        }
        for (unsigned k = 0; k < NP_HTML_WEIGHTY && !p->site[i].hidden; k++) {
            v = np_figure_value(&p->site[i], np_html_weighty[k]);
            sum[k] += v > 0 ? v : 0;
        }
    }
    for (uint32_t i = 0; i < t->all; i++) {
        t->row[i].weight = np_html_weight(&p->site[t->row[i].site], sum);
    }
    if (t->all > 0) {
        qsort(t->row, t->all, sizeof(*t->row), np_html_compare);
    }
}


/* those without room for their stacks go behind the others */
static int
np_html_choose(np_html_sites_t *t, np_html_stacks_t *stacks, uint32_t most)
{
    for (uint32_t i = 0; i < t->all && t->n < most; i++) {
        np_html_row_t row = t->row[i];

        row.node = np_html_stacks_add(stacks, &t->x->profile->site[row.site]);
        if (row.node == NP_HTML_NO_NODE) {
            return -1;
        }
        if (row.node != 0) {
            t->row[i] = t->row[t->n];
            t->row[t->n] = row;
            t->row_of[row.site] = t->n++;
        }
    }
    return 0;
}


int
np_html_sites_init(np_html_sites_t *t, np_html_stacks_t *stacks, uint32_t most)
{
    size_t n = (size_t) stacks->x->profile->nsites + 1;

    memset(t, 0, sizeof(*t));
    t->x = stacks->x;
    t->row = calloc(n, sizeof(*t->row));
    t->row_of = malloc(n * sizeof(*t->row_of));
    if (t->row == NULL || t->row_of == NULL) {
        np_html_sites_fini(t);
        return -1;
    }
    memset(t->row_of, 0xff, n * sizeof(*t->row_of));
    np_html_rank(t);
    if (np_html_choose(t, stacks, most) != 0) {
        np_html_sites_fini(t);
        return -1;
    }
    return 0;
}


void
np_html_sites_fini(np_html_sites_t *t)
{
    free(t->row);
    free(t->row_of);
    memset(t, 0, sizeof(*t));
}


static const np_site_t *
np_html_site(const np_html_sites_t *t, uint32_t row)
{
    return &t->x->profile->site[t->row[row].site];
}


/* sums over the rows from..to - 1 of what can be summed */
static void
np_html_sums(FILE *f, const np_html_sites_t *t, uint32_t from, uint32_t to)
{
    for (unsigned k = 0; k < NP_HTML_FIGURES; k++) {
        double sum = 0;

        for (uint32_t i = from; i < to && np_html_figure[k].sum; i++) {
            sum += np_html_value(np_html_site(t, i), &np_html_figure[k]);
        }
        if (np_html_figure[k].sum) {
            np_html_member(f, np_html_figure[k].name, sum);
        }
    }
}


static void
np_html_columns(FILE *f, const np_html_sites_t *t)
{
    (void) fputs(",\n\"sites\":{\"node\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        (void) fprintf(f, "%u", t->row[i].node);
    }
    (void) fputs("],\n\"id\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        (void) fprintf(f, "%u", np_html_site(t, i)->id);
    }
    for (unsigned k = 0; k < NP_HTML_FIGURES; k++) {
        (void) fprintf(f, "],\n\"%s\":[", np_html_figure[k].name);
        for (uint32_t i = 0; i < t->n; i++) {
            np_html_comma(f, i);
            np_html_number(
                f, np_html_value(np_html_site(t, i), &np_html_figure[k]));
        }
    }
}


/* of each site the number of its hint; -1: none */
static void
np_html_hints(FILE *f, const np_html_sites_t *t)
{
    (void) fputs(",\n\"hint\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        const char *word = np_hint(t->x->profile, np_html_site(t, i));
        int         hint = 0;

        while (np_hints[hint].word != NULL
               && strcmp(np_hints[hint].word, word) != 0) {
            hint++;
        }
        np_html_comma(f, i);
        (void) fprintf(f, "%d", np_hints[hint].word != NULL ? hint : -1);
    }
    (void) fputc(']', f);
}


void
np_html_sites_write(FILE *f, const np_html_sites_t *t, uint32_t node)
{
    np_html_columns(f, t);
    (void) fputs("],\n\"size\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        np_html_histogram(f, np_html_site(t, i)->size, NP_SIZES);
    }
    (void) fputs("],\n\"life\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        np_html_histogram(f, np_html_site(t, i)->life, NP_LIVES);
    }
    (void) fputs("],\n\"time\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        np_html_histogram(f, np_html_site(t, i)->time, NP_TIMES);
    }
    (void) fputc(']', f);
    np_html_hints(f, t);
    (void) fprintf(f, "},\n\"sums\":{\"sites\":%u", t->all);
    np_html_sums(f, t, 0, t->all);
    (void) fprintf(f, "},\n\"left_out\":{\"sites\":%u,\"node\":%u",
                   t->all - t->n, node);
    np_html_sums(f, t, t->n, t->all);
}
