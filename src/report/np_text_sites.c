/*
 * Lists of sites: the largest by one figure each, and what was not freed.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_hint.h"
#include "report/np_figure.h"
#include "report/np_human.h"
#include "report/np_text.h"

typedef struct {
    const np_site_t *site;
    double           value;
} np_text_entry_t;

#define NP_TEXT_INDENT "      "


/* the largest first, equal ones in the order of the file */
static int
np_text_compare(const void *a, const void *b)
{
    const np_text_entry_t *x = a, *y = b;

    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return x->site->id < y->site->id ? -1 : x->site->id > y->site->id;
}


/* sites that have something of the figure, sorted; NULL: no memory */
static np_text_entry_t *
np_text_sort(const np_text_t *t, np_figure_e f, int stacks, unsigned *n)
{
    np_text_entry_t *v = calloc((size_t) t->p->nsites + 1, sizeof(*v));

    *n = 0;
    for (unsigned i = 0; v != NULL && i < t->p->nsites; i++) {
        const np_site_t *s = &t->p->site[i];

        if (!s->hidden && np_figure_value(s, f) > 0
            && (!stacks || s->kind == NP_SITE_FIRST)) {
            v[*n].site = s;
            v[*n].value = np_figure_value(s, f);
            ++*n;
        }
    }
    if (v != NULL) {
        qsort(v, *n, sizeof(*v), np_text_compare);
    }
    return v;
}


static unsigned
np_text_limit(const np_text_t *t, unsigned n)
{
    return t->o->top == 0 || n < t->o->top ? n : t->o->top;
}


static void
np_text_more(const np_text_t *t, np_figure_e f, const np_text_entry_t *v,
             unsigned from, unsigned n)
{
    double sum = 0;
    char   cell[NP_TEXT_CELL];

    for (unsigned i = from; i < n; i++) {
        sum += v[i].value;
    }
    if (n > from) {
        (void) fprintf(t->f, "  %12s at %u more site%s\n",
                       np_text_value(t, f, sum, cell), n - from,
                       n - from == 1 ? "" : "s");
    }
}


/* "#12", by which lists can be compared; no stack, no number */
static const char *
np_text_number(const np_site_t *s, char buf[NP_TEXT_CELL])
{
    if (s->depth == 0) {
        return "-";
    }
    (void) snprintf(buf, NP_TEXT_CELL, "#%" PRIu32, s->id);
    return buf;
}


static void
np_text_hint(const np_text_t *t, const char *hint)
{
    if (*hint != '\0') {
        (void) fprintf(t->f, "   %s%s%s", np_text_on(t, NP_TEXT_WARN), hint,
                       np_text_off(t, NP_TEXT_WARN));
    }
    (void) fputc('\n', t->f);
}


static int
np_text_site(const np_text_t *t, const np_text_entry_t *e, np_figure_e f,
             double all)
{
    char value[NP_TEXT_CELL], share[NP_TEXT_CELL], objects[NP_TEXT_CELL];
    char error[NP_TEXT_CELL], number[NP_TEXT_CELL];

    (void) fprintf(
        t->f, "  %12s%-*s %8s %10s %7s", np_text_value(t, f, e->value, value),
        np_text_width(t),
        np_text_error(t, e->value, np_figure_error(t->p, e->site, f), error),
        np_text_share(e->value, all, share),
        np_text_value(t, NP_FIGURE_OBJECTS, np_figure_objects(e->site, f),
                      objects),
        np_text_number(e->site, number));
    np_text_hint(t, np_hint(t->p, e->site));
    return np_text_stack(t, e->site, NP_TEXT_INDENT);
}


/* what is pinned is told where RSS goes, too: that is all of it */
static void
np_text_sites_head(const np_text_t *t, np_figure_e f, double all)
{
    char sites[NP_TEXT_CELL], pinned[NP_TEXT_CELL];

    (void) np_text_value(t, f, all, sites);
    (void) np_text_bytes(t, np_profile_pinned(t->p), pinned);
    if (f == NP_FIGURE_PINNED && strcmp(sites, pinned) != 0) {
        np_text_head(t, "Top by %s: %s, %s at sites, %s in all",
                     np_figure[f].key, np_figure[f].help, sites, pinned);
    } else {
        np_text_head(t, "Top by %s: %s, %s in all", np_figure[f].key,
                     np_figure[f].help, sites);
    }
}


int
np_text_sites(const np_text_t *t, np_figure_e f)
{
    unsigned         n, shown;
    np_text_entry_t *v = np_text_sort(t, f, 0, &n);
    double           all = np_figure_value(&t->p->total, f);
    int              rc = 0;

    if (v == NULL) {
        return -1;
    }
    np_text_sites_head(t, f, all);
    shown = np_text_limit(t, n);
    if (n == 0) {
        (void) fputs("  none\n", t->f);
    } else {
        (void) fprintf(t->f, "%s  %12s%-*s %8s %10s %7s   %s%s\n",
                       np_text_on(t, NP_TEXT_FAINT), np_figure[f].key,
                       np_text_width(t), "", "share", "objects", "site",
                       "advice", np_text_off(t, NP_TEXT_FAINT));
    }
    for (unsigned i = 0; i < shown && rc == 0; i++) {
        rc = np_text_site(t, &v[i], f, all);
    }
    np_text_more(t, f, v, shown, n);
    free(v);
    return rc;
}


static int
np_text_leak(const np_text_t *t, const np_text_entry_t *e)
{
    const np_site_t *s = e->site;
    char value[NP_TEXT_CELL], share[NP_TEXT_CELL], objects[NP_TEXT_CELL];
    char error[NP_TEXT_CELL], last[NP_HUMAN_MAX], number[NP_TEXT_CELL];

    (void) fprintf(
        t->f, "  %12s%-*s %10s %9s %10s %7s",
        np_text_bytes(t, e->value, value), np_text_width(t),
        np_text_error(t, e->value, np_figure_error(t->p, s, NP_FIGURE_LIVE),
                      error),
        np_text_value(t, NP_FIGURE_OBJECTS, s->live.objects, objects),
        np_text_share(s->live.objects, s->total.objects + s->inherited.objects,
                      share),
        np_human_seconds(last, s->last_ms / 1000), np_text_number(s, number));
    np_text_hint(t, np_hint_grows(s) ? "grows" : "");
    return np_text_stack(t, s, NP_TEXT_INDENT);
}


/* what is left where profiling was switched off, another program was run or
 * the program was cut off is no leak */
static void
np_text_leaks_head(const np_text_t *t)
{
    switch (t->p->header.ended) {
    case NP_ENDED_NOT:
    case NP_ENDED_EXEC:
    case NP_ENDED_STOPPED:
        np_text_head(t, "Not freed %s", np_text_when(t));
        break;
    default:
        np_text_head(t, "Leaks: not freed when the program ended");
        break;
    }
}


int
np_text_leaks(const np_text_t *t)
{
    unsigned         n, shown;
    np_text_entry_t *v = np_text_sort(t, NP_FIGURE_LIVE, 1, &n);
    int              rc = 0;

    if (v == NULL) {
        return -1;
    }
    np_text_leaks_head(t);
    shown = np_text_limit(t, n);
    if (n == 0) {
        (void) fputs("  none\n", t->f);
    } else {
        (void) fprintf(t->f, "%s  %12s%-*s %10s %9s %10s %7s%s\n",
                       np_text_on(t, NP_TEXT_FAINT), "bytes", np_text_width(t),
                       "", "objects", "of all", "last at", "site",
                       np_text_off(t, NP_TEXT_FAINT));
    }
    for (unsigned i = 0; i < shown && rc == 0; i++) {
        rc = np_text_leak(t, &v[i]);
    }
    np_text_more(t, NP_FIGURE_LIVE, v, shown, n);
    free(v);
    return rc;
}


void
np_text_hints(const np_text_t *t)
{
    int head = 0;

    for (const np_hint_t *h = np_hints; h->word != NULL; h++) {
        int used = 0;

        for (unsigned i = 0; i < t->p->nsites; i++) {
            used |= !t->p->site[i].hidden
                    && strcmp(np_hint(t->p, &t->p->site[i]), h->word) == 0;
        }
        if (!used) {
            continue;
        }
        if (!head) {
            np_text_head(t, "What the advice means");
            head = 1;
        }
        (void) fprintf(t->f, "  %-16s  %s\n", h->word, h->meaning);
    }
}
