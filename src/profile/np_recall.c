#include "config.h"

#include "profile/np_recall.h"

/* frames outside of the innermost one whose return addresses are hints */
#define NP_RECALL_HINT(i) ((i) == 0 ? 2u : 5u)


void
np_recall_judge(np_recall_trial_t *t)
{
    if (t->found - t->before >= t->missed) {
        t->pause = 0;

    } else if (t->pause < NP_RECALL_PAUSE) {
        t->pause = t->pause > 0 ? 2 * t->pause : 1;
    }

    t->rest = t->pause * NP_RECALL_TRIAL;
    t->before = t->found;
    t->missed = 0;
}


int
np_recall_holds(const np_recall_entry_t *e, const np_frame_t *at,
                unsigned generation, const np_reach_t *reach)
{
    const np_recall_place_t *p = e->place;
    const np_recall_place_t *end = p + e->n;

    if (e->as.site == 0 || e->at.ip != at->ip || e->at.sp != at->sp
        || e->as.generation != generation || (e->by_fp && e->at.fp != at->fp)
        || at->sp < reach->low || e->end > reach->high) {
        return 0;
    }

    for (; p < end; p++) {
        if (*p->place != p->value) {
            return 0;
        }
    }

    return 1;
}


/* one more place; 0 if there is no room */
static int
np_recall_add(np_recall_entry_t *e, const uintptr_t *place, uintptr_t value)
{
    if (e->n == NP_RECALL_PLACES) {
        return 0;
    }

    e->place[e->n].place = place;
    e->place[e->n++].value = value;

    if ((uintptr_t) (place + 1) > e->end) {
        e->end = (uintptr_t) (place + 1);
    }

    return 1;
}


/* the places of frame f, of `inner` frames inside of it: of the frame pointer
 * that it was found by, unless that is known already (*known), and of its
 * return address */
static int
np_recall_frame(np_recall_entry_t *e, const np_stack_frame_t *f,
                unsigned inner, const np_stack_frame_t **known)
{
    const np_stack_frame_t *g = f + 1;

    if (f->by_fp) {
        while (inner > 1 && g->fp == NULL) {
            g++;
            inner--;
        }

        if (inner == 1) {
            /* nobody has saved it since: it is in the register */
            e->by_fp = 1;

        } else if (g != *known) {
            *known = g;

            if (!np_recall_add(e, g->fp, g->at.fp)) {
                return 0;
            }
        }
    }

    return np_recall_add(e, f->ra, f->at.ip);
}


void
np_recall_keep(np_recall_t *r, const np_stack_frame_t *frame, unsigned n,
               const np_recall_stack_t *as)
{
    const np_stack_frame_t *known = NULL;
    const np_frame_t       *at = &frame[n - 1].at;
    const uintptr_t  **hint = r->hint[np_recall_mix(at->ip ^ at->sp << 20)];
    np_recall_entry_t *e;
    unsigned           i;

    for (i = 0; i < NP_RECALL_HINTS; i++) {
        hint[i] = n > NP_RECALL_HINT(i) ? frame[n - 1 - NP_RECALL_HINT(i)].ra
                                        : NULL;
    }

    e = np_recall_entry(r, at);

    if (e->missed != as->hash) {
        e->missed = as->hash;
        return;
    }

    e->as.site = 0;
    e->n = 0;
    e->by_fp = 0;
    e->end = 0;
    e->at = *at;

    for (i = n - 1; i-- > 0;) {
        if (!np_recall_frame(e, &frame[i], n - 1 - i, &known)) {
            return;
        }
    }

    e->as = *as;
}
