#include "config.h"

#include "heap/np_find.h"

#include "heap/np_fork.h"
#include "heap/np_gone.h"
#include "heap/np_literal.h"
#include "map/np_run.h"


/* 1 if m lies inside a large block.  Only on the way to a fatal line, or for
 * an ignored call; blocks in threads' bins may be taken meanwhile. */
NP_RACY static int
np_find_is_inside_locked(const void *m)
{
    np_queue_t *q;
    np_large_t *l;

    np_queue_each(q, &np_large_list)
    {
        l = np_queue_data(q, np_large_t, link);

        if ((const char *) m >= l->start
            && (const char *) m < l->start + l->size) {
            return 1;
        }
    }

    return 0;
}


/* an address inside the heap that no record begins at: inside a large block,
 * in memory whose last object was freed */
static np_found_e
np_find_unmapped(const void *m)
{
    int inside;

    np_fork_notice();
    np_lock(&np_runs_lock);
    inside = np_find_is_inside_locked(m);
    np_unlock(&np_runs_lock);

    return inside ? NP_FOUND_INTERIOR : NP_FOUND_GONE;
}


np_found_e
np_find_outside(const void *m)
{
    np_found_e found = NP_FOUND_FOREIGN;

    np_fork_notice();
    np_lock(&np_runs_lock);

    if (np_find_is_inside_locked(m)) {
        found = NP_FOUND_INTERIOR;

    } else if (np_gone_has_locked(m)) {
        found = NP_FOUND_GONE;
    }

    np_unlock(&np_runs_lock);

    return found;
}


/* m lies in the granules of w */
static np_found_e
np_find_slot(const void *m, np_word_t *w, np_found_t *f)
{
    uint64_t fraction;

    f->w = w;
    f->slot = (unsigned) np_slot_number(
        (uint64_t) ((const char *) m - w->start), w->recip, &fraction);

    return fraction <= w->last ? NP_FOUND_SLOT : NP_FOUND_INTERIOR;
}


np_found_e
np_find(const void *m, np_found_t *f)
{
    int inside = np_window_granule(m) < np_peek_fast(np_window.granules);
    np_word_t *w;

    if (inside) {
        w = np_window_record(np_window_map()[np_window_granule(m)]);

        if (np_likely(w->kind == NP_KIND_WORD)) {
            return np_find_slot(m, w, f);
        }

        if (w->kind == NP_KIND_LITERAL) {
            return np_literal_is_object(m) ? NP_FOUND_LITERAL
                                           : NP_FOUND_INTERIOR;
        }
    }

    f->l = np_large_find(m);

    if (f->l == NULL) {
        return inside && np_window_granule(m) >= np_window.first
                   ? np_find_unmapped(m)
                   : NP_FOUND_FOREIGN;
    }

    return f->l->start == m ? NP_FOUND_LARGE : NP_FOUND_INTERIOR;
}
