/*
 * A profile for the terminal: which parts there are, and their cells.
 */
#include "config.h"

#include "report/np_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_brief.h"
#include "report/np_callstack.h"
#include "report/np_figure.h"
#include "report/np_human.h"

/* frames shown outside the one that matters, and inside */
#define NP_TEXT_CALLERS  3
#define NP_TEXT_WRAPPERS 2

/* the lists of a whole report */
static const np_figure_e np_text_lists[] = {
    NP_FIGURE_LIVE,      NP_FIGURE_PEAK,   NP_FIGURE_TOTAL,
    NP_FIGURE_TEMPORARY, NP_FIGURE_PINNED,
};


static int
np_text_lists_all(const np_text_t *t)
{
    int rc = np_text_short(t);

    np_text_rss(t);
    for (size_t i = 0;
         i < sizeof(np_text_lists) / sizeof(np_text_lists[0]) && rc == 0;
         i++) {
        rc = np_text_sites(t, np_text_lists[i]);
    }
    rc = rc == 0 ? np_text_leaks(t) : rc;
    np_text_hints(t);
    return rc;
}


/* the lists have many sites in common: each one's stack is shown once */
static int
np_text_overview(const np_text_t *t)
{
    np_text_t all = *t;
    int       rc;

    all.shown = calloc((size_t) t->p->nsites + 1, 1);
    if (all.shown == NULL) {
        return -1;
    }
    rc = np_text_lists_all(&all);
    free(all.shown);
    return rc;
}


int
np_text_report(const np_text_t *t)
{
    int rc = np_text_summary(t);

    if (rc != 0) {
        return -1;
    }
    if (t->o->tree != NP_TREE_NONE) {
        rc = np_text_tree(t);
    } else if (t->o->by != NP_BY_SITE) {
        rc = np_text_groups(t);
    } else if (t->o->sorted) {
        rc = np_text_sites(t, t->o->sort);
    } else {
        rc = np_text_overview(t);
    }
    np_text_footer(t);
    return rc;
}


const char *
np_text_bytes(const np_text_t *t, double v, char buf[NP_TEXT_CELL])
{
    if (t->o->exact && !isnan(v)) {
        (void) snprintf(buf, NP_TEXT_CELL, "%.0f", v);
        return buf;
    }
    return np_human_bytes(buf, v);
}


const char *
np_text_value(const np_text_t *t, np_figure_e f, double v,
              char buf[NP_TEXT_CELL])
{
    if (np_figure[f].bytes || t->o->exact) {
        return np_text_bytes(t, v, buf);
    }
    return np_human_count(buf, v);
}


const char *
np_text_error(const np_text_t *t, double v, double error,
              char buf[NP_TEXT_CELL])
{
    if (!t->p->sampled) {
        return "";
    }
    if (isnan(error) || !(v > 0)) {
        return v > 0 ? " +-?" : "";
    }
    (void) snprintf(buf, NP_TEXT_CELL, " +-%.0f %%", 100 * error / v);
    return buf;
}


int
np_text_width(const np_text_t *t)
{
    return t->p->sampled ? 8 : 0;
}


const char *
np_text_share(double part, double all, char buf[NP_TEXT_CELL])
{
    if (!(all > 0)) {
        return "-";
    }
    (void) snprintf(buf, NP_TEXT_CELL, "%.1f %%", 100 * part / all);
    return buf;
}


const char *
np_text_on(const np_text_t *t, np_text_manner_e m)
{
    static const char *const on[] = {"", "\033[1m", "\033[2m", "\033[33m"};

    return t->o->colour ? on[m] : "";
}


const char *
np_text_off(const np_text_t *t, np_text_manner_e m)
{
    return t->o->colour && m != NP_TEXT_PLAIN ? "\033[0m" : "";
}


void
np_text_head(const np_text_t *t, const char *format, ...)
{
    va_list args;

    (void) fprintf(t->f, "\n%s", np_text_on(t, NP_TEXT_BOLD));
    va_start(args, format);
    (void) vfprintf(t->f, format, args);
    va_end(args);
    (void) fprintf(t->f, "%s\n", np_text_off(t, NP_TEXT_BOLD));
}


/* n: so often in a row */
static void
np_text_frame(const np_text_t *t, const np_call_t *frame, int culprit,
              unsigned n, const char *indent)
{
    np_text_manner_e   m = culprit ? NP_TEXT_BOLD : NP_TEXT_FAINT;
    const np_symbol_t *s = frame->symbol;
    char               buf[NP_BRIEF_LINE];

    (void) fprintf(t->f, "%s%s %s%s%s%s%s%s", indent, culprit ? "*" : " ",
                   np_text_on(t, m), np_brief_symbol(s, buf),
                   np_text_off(t, m),
                   s->known && s->file == NULL ? " in " : "",
                   s->known && s->file == NULL ? frame->module : "",
                   s->inlined ? " [inlined]" : "");
    if (n > 1) {
        (void) fprintf(t->f, " [%u times]", n);
    }
}


static void
np_text_left_out(const np_text_t *t, unsigned n, const char *indent)
{
    (void) fprintf(t->f, "%s  ... %u more\n", indent, n);
}


/* frames from i on that are the same line of the same function */
static unsigned
np_text_same(const np_callstack_t *f, unsigned i)
{
    const np_symbol_t *a = f->v[i].symbol, *b;
    unsigned           n = 1;

    for (; i + n < f->n; n++) {
        b = f->v[i + n].symbol;
        if (strcmp(a->function, b->function) != 0 || a->line != b->line
            || a->inlined || b->inlined) {
            break;
        }
    }
    return n;
}


/* some of the culprit's callers, and how many there are beyond */
static void
np_text_callers(const np_text_t *t, const np_callstack_t *f,
                const char *indent)
{
    unsigned n, lines = 0;

    for (unsigned i = f->culprit + 1; i < f->n; i += n) {
        n = np_text_same(f, i);
        /* "1 more" would take the place of the one */
        if (++lines > NP_TEXT_CALLERS && i + n < f->n) {
            np_text_left_out(t, f->n - i, indent);
            return;
        }
        np_text_frame(t, &f->v[i], 0, n, indent);
        (void) fputc('\n', t->f);
    }
}


/* the functions that pass on what the culprit asked for, the first and the
 * last of them if there are many */
static void
np_text_wrappers(const np_text_t *t, const np_callstack_t *f,
                 const char *indent)
{
    unsigned n = f->culprit;

    for (unsigned i = 0; i < n; i++) {
        if (n > NP_TEXT_WRAPPERS + 1 && i == NP_TEXT_WRAPPERS - 1) {
            np_text_left_out(t, n - NP_TEXT_WRAPPERS, indent);
            i = n - 1;
        }
        np_text_frame(t, &f->v[i], 0, 1, indent);
        (void) fputc('\n', t->f);
    }
}


int
np_text_stack(const np_text_t *t, const np_site_t *s, const char *indent)
{
    unsigned char *shown = t->shown != NULL ? &t->shown[s - t->p->site] : NULL;
    np_callstack_t f;
    int            again = shown != NULL && *shown;

    memset(&f, 0, sizeof(f));
    if (np_callstack_of(&f, t->y, s) != 0) {
        np_callstack_free(&f);
        return -1;
    }
    if (shown != NULL) {
        *shown = 1;
    }
    /* a title has nothing more to be told */
    again &= f.n > 1;
    if (!again) {
        np_text_wrappers(t, &f, indent);
    }
    np_text_frame(t, &f.v[f.culprit], 1, 1, indent);
    (void) fputs(again ? " (stack above)\n" : "\n", t->f);
    if (!again) {
        np_text_callers(t, &f, indent);
    }
    np_callstack_free(&f);
    return 0;
}
