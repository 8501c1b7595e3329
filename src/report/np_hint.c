/*
 * One or two words on what is remarkable about a site.  The first rule that
 * holds is told; sites of which little is known get none.
 */
#include "config.h"

#include "report/np_hint.h"

#include <math.h>

/* fewer events than these prove nothing */
#define NP_HINT_EVENTS 16
#define NP_HINT_PINNED 65536 /* bytes */
#define NP_HINT_RUN    32    /* frees in a row */

const np_hint_t np_hints[] = {
    {"pins", "its live objects keep more free memory in use than they are "
             "large"},
    {"grows by realloc", "most allocations are by realloc, which adds to "
                         "them: they live on"},
    {"short-lived", "nine in ten are freed before 16 KiB more have been "
                    "allocated"},
    {"handed over", "most are freed by another thread"},
    {"grows", "more and more are live"},
    {"never freed", "not one was"},
    {"dies together", "32 and more, but no more than ever lived, are freed "
                      "in a row, on average"},
    {"like a stack", "nine in ten are freed as the youngest of their thread"},
    {"slack", "a quarter of its memory was not asked for"},
    {NULL, NULL},
};


int
np_hint_grows(const np_site_t *s)
{
    double before = s->half[0].allocs - s->half[0].frees;

    return s->live.objects >= NP_HINT_EVENTS
           && s->now.allocs > s->half[0].allocs
           && s->now.allocs - s->now.frees > 1.25 * fmax(before, 0);
}


int
np_hint_regrows(const np_site_t *s)
{
    /* one that gives away what is too much does not grow */
    return s->kind == NP_SITE_FIRST && s->samples >= NP_HINT_EVENTS
           && s->reallocs >= 0.5 * s->total.objects
           && s->realloc_grown >= s->reallocs;
}


int
np_hint_dies_together(const np_profile_t *p, const np_site_t *s)
{
    /* of a sample every free stands alone; objects that are freed one by one,
     * each before the next is born or as it is, make a long row, too: longer
     * than there were objects to die together */
    return !p->sampled && s->kind == NP_SITE_FIRST
           && s->samples >= NP_HINT_EVENTS && s->runs > 0
           && s->temporary.objects < 0.9 * s->total.objects
           && !np_hint_regrows(s) && s->freed.objects >= NP_HINT_RUN * s->runs
           && s->freed.objects <= s->peak.objects * s->runs;
}


static int
np_hint_holds(unsigned i, const np_profile_t *p, const np_site_t *s)
{
    switch (i) {
    case 0:
        return s->pinned >= NP_HINT_PINNED && s->pinned > s->live.bytes;
    case 1:
        return np_hint_regrows(s);
    case 2:
        return s->temporary.objects >= 0.9 * s->total.objects;
    case 3:
        return s->freed.objects > 0 && s->remote >= 0.5 * s->freed.objects;
    case 4:
        return p->header.half_epoch > 0 && np_hint_grows(s);
    case 5:
        return s->freed.objects == 0 && s->inherited.objects == 0;
    case 6:
        return np_hint_dies_together(p, s);
    case 7:
        return s->freed.objects > 0 && s->lifo >= 0.9 * s->freed.objects;
    default:
        return s->slack >= 0.25 * (s->total.bytes + s->slack);
    }
}


const char *
np_hint(const np_profile_t *p, const np_site_t *s)
{
    if (s->kind != NP_SITE_FIRST || s->samples < NP_HINT_EVENTS) {
        return "";
    }
    for (unsigned i = 0; np_hints[i].word != NULL; i++) {
        if (np_hint_holds(i, p, s)) {
            return np_hints[i].word;
        }
    }
    return "";
}
