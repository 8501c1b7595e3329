/*
 * Advice for people: what, why, what it may bring, what it costs, and what to
 * do.
 */
#include "config.h"

#include "report/np_advice_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/np_escape.h"
#include "report/np_human.h"

/* ms: births and deaths are stamped by the kernel's coarse clock, which most
 * often goes in such steps */
#define NP_ADVICE_STEP 4


const np_symbol_t *
np_advice_symbol(np_symbols_t *y, uint32_t place, unsigned within)
{
    const np_symbols_at_t *at = np_symbols_at(y, place);
    unsigned               i = within < at->n ? within : 0;

    while (i + 1 < at->n && np_symbol_is_wrapper(&at->frame[i])) {
        i++;
    }
    return &at->frame[i];
}


const char *
np_advice_place(const np_advice_t *a, np_symbols_t *y, uint32_t place,
                unsigned within, char buf[NP_BRIEF_LINE])
{
    const np_profile_t *p = a->profile;
    const char         *base = "?";

    if (y != NULL) {
        return np_brief_symbol(np_advice_symbol(y, place, within), buf);
    }
    if (p->place[place].module != NP_NO_MODULE) {
        base = p->module[p->place[place].module].path;
        base = strrchr(base, '/') != NULL ? strrchr(base, '/') + 1 : base;
    }
    (void) snprintf(buf, NP_BRIEF_LINE, "%.60s+0x%" PRIx64, base,
                    p->place[place].file);
    np_escape_line(buf);
    return buf;
}


/* of what is advised about */
static const char *
np_advice_about(const np_advice_t *a, np_symbols_t *y, const np_candidate_t *c,
                char buf[NP_BRIEF_LINE])
{
    const np_symbol_t *s;

    if (c->whole) {
        s = np_advice_symbol(y, c->origin, 0);
        if (strlen(s->function) <= NP_BRIEF_WHOLE) {
            return np_symbol_text(s, buf, NP_BRIEF_LINE);
        }
    }
    return np_advice_place(a, y, c->origin, 0, buf);
}


static double
np_advice_show_percent(double part, double whole)
{
    return 100 * np_advice_share(part, whole);
}


/* in a sample the order of frees is not seen, and nothing is told of it */
static void
np_advice_show_frees(FILE *f, const np_site_t *s, int sampled)
{
    double n = s->freed.objects;
    char   a[NP_HUMAN_MAX], b[NP_HUMAN_MAX];
    int    rows = !sampled && s->runs > 0;

    (void) fprintf(f, "             freed: %.0f %% soon, ",
                   np_advice_show_percent(s->temporary.objects, n));
    if (!sampled) {
        (void) fprintf(f, "%.0f %% youngest first, ",
                       np_advice_show_percent(s->lifo, n));
    }
    (void) fprintf(f, "%.0f %% by other threads\n",
                   np_advice_show_percent(s->remote, n));
    if (!rows && isnan(s->mean_life_bytes)) {
        return;
    }
    (void) fputs("             ", f);
    if (rows) {
        (void) fprintf(f, "frees in a row: %s on average, %s at most",
                       np_human_count(a, n / s->runs),
                       np_human_count(b, s->longest_run));
    }
    if (!isnan(s->mean_life_bytes)) {
        (void) fprintf(f, "%smean life %s, %s allocated", rows ? "; " : "",
                       s->mean_life_ms < NP_ADVICE_STEP
                           ? "below the clock's step of 4 ms"
                           : np_human_seconds(a, s->mean_life_ms / 1000),
                       np_human_bytes(b, s->mean_life_bytes));
    }
    (void) fputc('\n', f);
}


static void
np_advice_show_evidence(FILE *f, const np_candidate_t *c, int sampled)
{
    const np_site_t *s = &c->sum;
    char a[NP_HUMAN_MAX], b[NP_HUMAN_MAX], d[NP_HUMAN_MAX], e[NP_HUMAN_MAX];

    (void) fprintf(
        f, "   evidence  %s calls, %s; %s objects, %s live\n",
        np_human_count(a, s->total.objects), np_human_bytes(b, s->total.bytes),
        np_human_count(d, s->live.objects), np_human_bytes(e, s->live.bytes));
    np_advice_show_frees(f, s, sampled);
    if (s->reallocs > 0) {
        /* in a sample what grew is most often known by its slot only */
        (void) fprintf(
            f, "             %s calls of realloc, %s%s grown, %s%s copied\n",
            np_human_count(a, s->reallocs), sampled ? "~" : "",
            np_human_bytes(b, s->realloc_grown), sampled ? "~" : "",
            np_human_bytes(d, s->realloc_copied));
    }
    if (s->pinned > 0 || s->pinned_at_peak > 0) {
        (void) fprintf(f, "             pins %s now, %s at the peak\n",
                       np_human_bytes(a, s->pinned),
                       c->unseen ? "and nobody looked"
                                 : np_human_bytes(b, s->pinned_at_peak));
    }
}


static void
np_advice_show_worth(FILE *f, const np_candidate_t *c)
{
    char t[NP_HUMAN_MAX], n[NP_HUMAN_MAX];

    if (c->memory > 0) {
        (void) fprintf(f, "   gain      at most %s of memory\n",
                       np_human_bytes(t, c->memory));
    } else {
        (void) fprintf(f, "   gain      at most %s calls, %s\n",
                       np_human_count(n, c->calls),
                       np_human_seconds(t, c->seconds));
    }
    (void) fprintf(f, "   cost      at most %s stay longer\n",
                   np_human_bytes(t, c->drag));
}


static void
np_advice_show_do(FILE *f, const np_advice_t *a, np_symbols_t *y,
                  const np_candidate_t *c)
{
    char owner[NP_BRIEF_LINE];

    (void) fputs("   do        ", f);
    switch (c->kind) {
    case NP_ADVICE_REGION:
        if (c->owner != UINT32_MAX) {
            (void) fprintf(f,
                           "one pool for each batch, destroyed where it ends; "
                           "all are called from\n             %s\n",
                           np_advice_place(a, y, c->owner, c->within, owner));
        } else {
            (void) fputs("one pool for each batch, destroyed where it ends\n",
                         f);
        }
        break;
    case NP_ADVICE_SCRATCH:
        (void) fputs("a scratch pool that is reset after use\n", f);
        break;
    case NP_ADVICE_STACK:
        (void) fputs("a local array, or a scratch pool that is reset\n", f);
        break;
    case NP_ADVICE_RESERVE:
        (void) fputs("ask for the final size at once, or grow by half\n", f);
        break;
    default:
        (void) fputs("a pool of their own, so that they pin no other's "
                     "blocks\n",
                     f);
        break;
    }
}


static void
np_advice_show_advised(FILE *f, const np_advice_t *a, np_symbols_t *y,
                       unsigned i)
{
    const np_candidate_t *c = &a->v[i];
    char                  place[NP_BRIEF_LINE], leaf[NP_BRIEF_LINE];

    (void) fprintf(f, "\n%-3u%-9s %s   [confidence: %s]\n", i + 1,
                   np_advice_name[c->kind], np_advice_about(a, y, c, place),
                   np_confidence_name[c->confidence]);
    np_advice_show_evidence(f, c, a->profile->sampled);
    np_advice_show_worth(f, c);
    np_advice_show_do(f, a, y, c);
    if (!c->routed && c->leaf != c->origin) {
        (void) fprintf(f,
                       "             (by hand only: it is %.0f %% of what "
                       "passes through\n             %s)\n",
                       100 * c->passing,
                       np_advice_place(a, y, c->leaf, 0, leaf));
    } else if (!c->routed) {
        (void) fputs("             (by hand only: its code is in no file)\n",
                     f);
    }
}


/* whether it is worth the work at all */
static void
np_advice_show_sum(FILE *f, const np_advice_t *a)
{
    double seconds = 0, memory = 0;
    char   s[NP_HUMAN_MAX], m[NP_HUMAN_MAX];

    for (unsigned i = 0; i < a->advised; i++) {
        seconds += a->v[i].seconds;
        memory += a->v[i].memory;
    }
    memory = fmin(memory, np_profile_pinned_most(a->profile));
    (void) fprintf(f, "\nAll %u together: at most %s", a->advised,
                   np_human_seconds(s, seconds));
    if (memory > 0) {
        (void) fprintf(f, " and %s of memory", np_human_bytes(m, memory));
    }
    (void) fputs(".\n", f);
}


static void
np_advice_show_rest(FILE *f, const np_advice_t *a, np_symbols_t *y,
                    unsigned top)
{
    char     place[NP_BRIEF_LINE], n[NP_HUMAN_MAX];
    unsigned end = a->n;

    if (a->advised == a->n) {
        return;
    }
    if (top != 0 && end - a->advised > top) {
        end = a->advised + top;
    }
    (void) fprintf(f, "\nNo advice for %u:\n", a->n - a->advised);
    for (unsigned i = a->advised; i < end; i++) {
        const np_candidate_t *c = &a->v[i];

        (void) fprintf(f, "   NO        %s\n             %s (%s call%s)\n",
                       np_advice_about(a, y, c, place), np_advice_no[c->why],
                       np_human_count(n, c->sum.total.objects),
                       c->sum.total.objects == 1 ? "" : "s");
    }
    if (end < a->n) {
        (void) fprintf(f, "   and %u more\n", a->n - end);
    }
}


void
np_advice_text(FILE *f, const np_advice_t *a, np_symbols_t *y,
               const char *name, unsigned top)
{
    const np_profile_t *p = a->profile;
    unsigned            end = a->advised;
    char calls[NP_HUMAN_MAX], peak[NP_HUMAN_MAX], run[NP_HUMAN_MAX];

    (void) fprintf(f, "Advice from ");
    for (const char *s = name; *s != '\0'; s++) {
        (void) fputc((unsigned char) *s < 0x20 || *s == 0x7f ? ' ' : *s, f);
    }
    (void) fprintf(f, " (%s): %s calls, peak %s\n",
                   p->sampled ? "sampled: estimates" : "exact",
                   np_human_count(calls, p->total.total.objects),
                   np_human_bytes(peak, (double) p->header.peak_bytes));
    /* so a gain's share of it would be no upper bound */
    if (a->seconds > 0) {
        (void) fprintf(
            f,
            "The run %s %s under the profiler, and takes less "
            "without.\n",
            p->header.ended != NP_ENDED_NOT || p->over ? "took" : "has taken",
            np_human_seconds(run, a->seconds));
    }
    if (a->advised == 0) {
        (void) fputs(p->sampled && a->n > a->advised
                         ? "\nNothing is advised; an exact profile may show "
                           "more.\n"
                         : "\nNothing is advised: no call site has a pattern "
                           "that a pool would serve better.\n",
                     f);
    }
    if (top != 0 && end > top) {
        end = top;
    }
    for (unsigned i = 0; i < end; i++) {
        np_advice_show_advised(f, a, y, i);
    }
    if (end < a->advised) {
        (void) fprintf(f, "\nand %u more (--top 0 shows all)\n",
                       a->advised - end);
    }
    if (a->advised > 1) {
        np_advice_show_sum(f, a);
    }
    np_advice_show_rest(f, a, y, top);
    if (a->advised != 0) {
        (void) fputs("\nGains are upper bounds; measure them: ngxpool advise "
                     "--advice=OUT, and then\nngxpool run --advice OUT -- "
                     "COMMAND.\n",
                     f);
    }
}
