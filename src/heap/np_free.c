#include "config.h"

#include "heap/np_free.h"

#include "base/np_check.h"
#include "heap/np_find.h"
#include "heap/np_foreign.h"
#include "heap/np_fork.h"
#include "heap/np_large.h"
#include "heap/np_literal.h"
#include "heap/np_misuse.h"
#include "heap/np_mode.h"
#include "heap/np_pool.h"
#include "heap/np_quarantine.h"
#include "heap/np_remote.h"
#include "heap/np_route.h"
#include "heap/np_watch.h"


void
np_free_emptied(np_word_t *w)
{
    /* this thread's, but one of several perhaps */
    np_pool_emptied(
        atomic_load_explicit(&np_word_block(w)->xheap, memory_order_relaxed),
        w);
}


/* the slot of an object that is freed, in every sense, on behalf of h */
static void
np_free_slot_now(np_heap_t *h, np_word_t *w, unsigned k)
{
    np_heap_t *hb
        = atomic_load_explicit(&np_word_block(w)->xheap, memory_order_relaxed);

    if (np_route_is_mine(h, hb)) {
        np_pool_free(hb, w, (uint64_t) 1 << k);

    } else {
        np_remote_free(w, k);
    }
}


void
np_free_held(np_heap_t *h, char *m, void *record)
{
    np_large_t *l = record;
    np_word_t  *w = record;

    if (l->kind == NP_KIND_LARGE) {
        np_large_unhold(l);
        np_large_free(h, l);
        return;
    }

    np_free_slot_now(h, w, (unsigned) ((size_t) (m - w->start) / w->size));
}


/* 1 if m went into quarantine */
static int
np_free_hold(np_heap_t *h, void *m, void *record)
{
    return np_modes & NP_MODE_CHECK && np_quarantine_put(h, m, record);
}


static void
np_free_slot(void *m, const np_found_t *f)
{
    np_heap_t *h = np_self;

    if (np_found_is_free(f)) {
        np_misuse("double free", m);
        return;
    }

    if (np_modes != 0
        && (np_modes != NP_MODE_WATCH || np_watch_is_marked(f->w, f->slot))) {
        h = np_heap_get();

        if (h == NULL || !np_mode_free_slot(h, f->w, f->slot)
            || np_free_hold(h, m, f->w)) {
            return;
        }
    }

    np_free_slot_now(h, f->w, f->slot);
}


static void
np_free_large(void *m, np_large_t *l)
{
    np_heap_t *h = np_self;

    if (!np_large_is_live(l)) {
        np_misuse("double free", m);
        return;
    }

    if (np_modes != 0) {
        h = np_heap_get();

        if (h == NULL || !np_mode_free_large(h, l) || np_free_hold(h, m, l)) {
            return;
        }

        if (np_modes & NP_MODE_CHECK) {
            np_large_unhold(l);
        }
    }

    np_large_free(h, l);
}


/* m, freed by the call that returns to site */
static NP_NOINLINE void
np_free_any(void *m, const void *site)
{
    np_found_t f;

    if (m == NULL) {
        return;
    }

    np_fork_notice();

    switch (np_find(m, &f)) {

    case NP_FOUND_SLOT:
        np_free_slot(m, &f);
        break;

    case NP_FOUND_LARGE:
        np_free_large(m, f.l);
        break;

    case NP_FOUND_LITERAL:
        np_literal_free(m);
        break;

    case NP_FOUND_INTERIOR:
        np_misuse("free of an interior pointer", m);
        break;

    case NP_FOUND_GONE:
        np_misuse("double free", m);
        break;

    default:
        np_foreign_free(m, site);
        break;
    }

    if (np_unlikely(np_heap_is_late())) {
        np_heap_detach();
    }
}


/* the short way of a free into a current word of the calling thread, where
 * other objects are watched: 1; 0 if what was found is no slot of such a word,
 * or something has to be looked at.  Remote frees into the word take its owner
 * away. */
NP_INLINE int
np_free_beside(np_word_t *w, uint64_t k, uint64_t fraction)
{
    uintptr_t owner = atomic_load_explicit(&w->xowner, memory_order_relaxed);
    uint64_t  taken;

    if (np_likely(!(owner & NP_WATCH_OWNER))
        || owner - NP_WATCH_OWNER != (uintptr_t) np_self) {
        return 0;
    }

    taken = w->free
            | atomic_load_explicit(np_watch_marks(w), memory_order_relaxed);

    if (fraction > w->last || taken >> (k & 63) & 1) {
        return 0;
    }

    np_poke(w->free, w->free | (uint64_t) 1 << k);

    return 1;
}


void
np_free_slow(void *m, np_word_t *w, uint64_t k, uint64_t fraction)
{
    if (!np_free_beside(w, k, fraction)) {
        /* free jumps here: the return address is its caller's */
        np_free_any(m, __builtin_return_address(0));
    }
}


void
np_free_sized_slow(void *m, np_word_t *w, uint64_t k, uint64_t fraction,
                   size_t n, size_t align)
{
    /* in check mode no word has an owner */
    if (np_free_beside(w, k, fraction)
        || (np_modes & NP_MODE_CHECK && !np_mode_check_sized(m, n, align))) {
        return;
    }

    np_free_any(m, __builtin_return_address(0));
}


size_t
np_free_usable_at(const void *m, const void *site)
{
    np_found_t f;

    if (m == NULL) {
        return 0;
    }

    switch (np_find(m, &f)) {

    case NP_FOUND_SLOT:
        if (np_found_is_free(&f)) {
            np_misuse("malloc_usable_size of freed memory", m);
            return 0;
        }

        return np_modes & NP_MODE_CHECK ? np_mode_requested(f.w, f.slot)
                                        : f.w->size;

    case NP_FOUND_LARGE:
        if (!np_large_is_live(f.l)) {
            np_misuse("malloc_usable_size of freed memory", m);
            return 0;
        }

        return np_modes & NP_MODE_CHECK ? f.l->requested : f.l->size;

    case NP_FOUND_LITERAL:
        if (!np_literal_is_live(m)) {
            np_misuse("malloc_usable_size of freed memory", m);
            return 0;
        }

        return np_literal_usable(m);

    case NP_FOUND_FOREIGN:
        return np_foreign_usable(m, site);

    case NP_FOUND_INTERIOR:
        np_misuse("malloc_usable_size of an interior pointer", m);
        return 0;

    default:
        np_misuse("malloc_usable_size of freed memory", m);
        return 0;
    }
}
