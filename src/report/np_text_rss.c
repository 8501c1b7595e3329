/*
 * Where RSS goes.
 *
 * Known are RSS and how much memory each part holds, but not which pages of it
 * are resident: memory that was never touched is not, nor is what was given
 * back, nor what was swapped out.  So
 *
 *      RSS == resident of (live + slack + pinned + other heap + profiler)
 *             + all else
 *
 * has one equation and many unknowns.  If objects were touched, as a rule they
 * are, then live, slack, pinned and profiler are resident, and what is left of
 * RSS is told of the other two: together, where the other heap alone has more.
 * If they do not fit into RSS, nothing is known but what is held, and how much
 * of it cannot be resident.
 */
#include "config.h"

#include <math.h>

#include "report/np_human.h"
#include "report/np_text.h"

typedef struct {
    double rss;
    double live, slack, pinned, own; /* held */
    double rest;                     /* of the heap */
} np_text_held_t;


/* rss 0: its share of that is not known */
static void
np_text_rss_line(const np_text_t *t, const char *name, double bytes,
                 double rss, const char *what)
{
    char cell[NP_TEXT_CELL], share[NP_TEXT_CELL];

    (void) fprintf(t->f, "  %-16s %12s %8s  %s\n", name,
                   np_text_bytes(t, bytes, cell),
                   rss > 0 ? np_text_share(bytes, rss, share) : "", what);
}


static void
np_text_rss_held(const np_text_t *t, const np_text_held_t *h, double rss,
                 const char *live)
{
    np_text_rss_line(t, "live", h->live, rss, live);
    np_text_rss_line(t, "slack", h->slack, rss,
                     "given to live objects beyond that");
    np_text_rss_line(t, "pinned", h->pinned, rss,
                     "free, on pages that live objects hold");
}


/* left: of RSS, for the other heap and all else */
static void
np_text_rss_parts(const np_text_t *t, const np_text_held_t *h, double left)
{
    char        gone[NP_TEXT_CELL], what[2 * NP_TEXT_CELL];
    const char *other = "code, stacks, the program's own mappings";

    np_text_rss_held(t, h, h->rss, "what was asked for, if it was touched");
    np_text_rss_line(t, "profiler", h->own, h->rss, "gone without profiling");
    if (h->rest <= left) {
        np_text_rss_line(t, "other heap", h->rest, h->rss,
                         "free; in RSS unless it was given back");
        np_text_rss_line(t, "all else", left - h->rest, h->rss, other);
        return;
    }
    (void) snprintf(what, sizeof(what),
                    "free, and %s or more of it was given back",
                    np_text_bytes(t, h->rest - left, gone));
    np_text_rss_line(t, "other heap", h->rest, 0, what);
    (void) snprintf(what, sizeof(what), "%s; what is left of that", other);
    np_text_rss_line(t, "all else", left, h->rss, what);
}


/* more is held than is resident */
static void
np_text_rss_beyond(const np_text_t *t, const np_text_held_t *h)
{
    double held = h->live + h->slack + h->pinned + h->rest + h->own;
    char   all[NP_TEXT_CELL], out[NP_TEXT_CELL];

    (void) fprintf(t->f,
                   "  of %s that are held, %s%s or more are not resident: "
                   "never touched,\n  given back, or swapped out; which part "
                   "they are of is not known\n",
                   np_text_bytes(t, held, all), t->p->sampled ? "about " : "",
                   np_text_bytes(t, held - h->rss, out));
    np_text_rss_held(t, h, 0, "what was asked for");
    np_text_rss_line(t, "profiler", h->own, 0, "gone without profiling");
    np_text_rss_line(t, "other heap", h->rest, 0, "free");
    (void) fprintf(t->f, "  %-16s %12s %8s  %s\n", "all else", "?", "",
                   "code, stacks, the program's own mappings");
}


void
np_text_rss(const np_text_t *t)
{
    const np_profile_t     *p = t->p;
    const np_format_time_t *e;
    np_text_held_t          h;
    double                  left;
    char                    cell[NP_TEXT_CELL], peak[NP_TEXT_CELL];
    char                    look[NP_TEXT_CELL], after[NP_HUMAN_MAX];

    if (p->ntimes == 0 || p->time[p->ntimes - 1].rss == 0) {
        return;
    }
    e = &p->time[p->ntimes - 1];
    h.rss = (double) e->rss;
    h.live = (double) e->live;
    h.slack = fmax(p->total.live_slack, 0);
    h.pinned = np_profile_pinned(p);
    h.own = (double) p->header.own_bytes;
    h.rest = fmax((double) e->heap - h.live - h.slack - h.pinned, 0);
    /* the time line does not go on to an end of which nobody knew */
    (void) snprintf(look, sizeof(look), "at the last look, after %s",
                    np_human_seconds(after, (double) e->ms / 1000));
    np_text_head(t, "Where RSS goes: %s %s, %s at most",
                 np_text_bytes(t, h.rss, cell),
                 p->header.ended == NP_ENDED_NOT ? look : np_text_when(t),
                 np_text_bytes(t, (double) p->header.peak_rss, peak));
    left = h.rss - h.live - h.slack - h.pinned - h.own;
    if (left >= 0) {
        np_text_rss_parts(t, &h, left);
    } else {
        np_text_rss_beyond(t, &h);
    }
}
