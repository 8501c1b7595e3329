#include "config.h"

#include "heap/np_watch.h"

#include <sys/single_threaded.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "heap/np_pool.h"
#include "heap/np_sample.h"
#include "heap/np_seam.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_proc.h"

unsigned np_watch_mode;
size_t   np_watch_interval;

/* bytes of notes of a record */
#define NP_WATCH_NOTES (NP_WORD_SLOTS * sizeof(np_watch_note_t))

static const np_watch_hooks_t *np_watch_hooks;
static _Atomic size_t          np_watch_xmissed;


int
np_watch_reach_locked(void)
{
    size_t records = np_header_used() / NP_HEADER_SIZE;

    (void) np_window_reach_locked(NP_AREA_NOTES, records * NP_WATCH_NOTES);

    return np_window_reach_locked(NP_AREA_MARKS, records * sizeof(uint64_t));
}


/* 1 if there is room for the record's notes; if not, the object goes its way
 * unwatched */
static int
np_watch_may_note(np_heap_t *h, const void *record)
{
    size_t end = (np_window_offset(record) / NP_CACHE_LINE + (size_t) 1)
                 * NP_WATCH_NOTES;

    if (np_likely(end <= np_window_mapped(NP_AREA_NOTES))) {
        return 1;
    }

    atomic_fetch_add_explicit(&np_watch_xmissed, 1, memory_order_relaxed);
    np_watch_resizing(h, 0, 0);

    return 0;
}


size_t
np_watch_missed(void)
{
    return atomic_load_explicit(&np_watch_xmissed, memory_order_relaxed);
}


void
np_watch_early(void)
{
    np_modes |= NP_MODE_WATCH;
    np_watch_mode = NP_MODE_EXACT;
}


/* the current words of all threads are forgotten, so that each comes by the
 * slow way.  A thread that is just storing one keeps it until it is used up,
 * so twice, a moment apart. */
NP_RACY static void
np_watch_summon(void)
{
    np_queue_t *q;
    np_heap_t  *h;
    unsigned    c;
    int         i, alone;

    for (i = 0; i < 2; i++) {
        np_lock(&np_heaps_lock);

        np_queue_each(q, &np_heaps)
        {
            h = np_queue_data(q, np_heap_t, link);

            for (c = 0; c < NP_CLASSES; c++) {
                np_poke(h->current[c], &np_word_none);
            }
        }

        alone = np_heaps_now <= 1;
        np_unlock(&np_heaps_lock);

        if (alone) {
            return;
        }

        np_proc_sleep(i == 0);
    }
}


int
np_watch_prepare(void)
{
    int rc;

    if (np_modes & NP_MODE_LITERAL) {
        return -1;
    }

    /* whoever sees the mode looks at marks: there must be some */
    np_lock(&np_runs_lock);
    rc = np_watch_reach_locked();

    if (rc == 0) {
        np_poke(np_modes, np_modes | NP_MODE_WATCH);
    }

    np_unlock(&np_runs_lock);

    return rc;
}


int
np_watch_begin(const np_watch_hooks_t *hooks, size_t interval)
{
    if (np_watch_prepare() != 0) {
        np_watch_end();
        return -1;
    }

    np_watch_interval = interval;
    __atomic_store_n(&np_watch_hooks, hooks, __ATOMIC_RELEASE);
    __atomic_store_n(&np_watch_mode,
                     interval == 0 ? NP_MODE_EXACT : NP_MODE_SAMPLE,
                     __ATOMIC_RELEASE);
    np_watch_summon();

    return 0;
}


void
np_watch_end(void)
{
    np_poke(np_watch_mode, 0);
    np_watch_summon();
}


/* allocations and frees go the way that the modes say */
static void
np_watch_rearm(np_heap_t *h)
{
    np_word_t *w;
    unsigned   c;

    for (c = 1; c < NP_CLASSES; c++) {
        w = h->pool[c].current;
        h->current[c] = &np_word_none;

        if (w == &np_word_none) {
            continue;
        }

        np_pool_arm(h, w);
    }
}


/* what h keeps for watching; NULL out of memory */
static np_watch_t *
np_watch_of(np_heap_t *h)
{
    void *book;

    if (np_unlikely(h->watch == NULL)) {
        np_lock(&np_heaps_lock);
        book = np_seam_book_locked(sizeof(np_watch_t) + NP_CACHE_LINE);
        np_unlock(&np_heaps_lock);

        if (book != NULL) {
            h->watch
                = (np_watch_t *) np_align_up((uintptr_t) book, NP_CACHE_LINE);
            np_sample_init(h);
        }
    }

    return h->watch;
}


void
np_watch_notice_slow(np_heap_t *h)
{
    /* and with it how, which was said before */
    unsigned mode = __atomic_load_n(&np_watch_mode, __ATOMIC_ACQUIRE);

    if (mode != 0 && np_watch_of(h) == NULL) {
        return;
    }

    h->modes = (uint8_t) ((h->modes & ~NP_MODE_WATCHING) | mode);
    np_watch_rearm(h);
}


/* the clock has to be right when an object is told of */
NP_INLINE void
np_watch_tell_clock(np_heap_t *h)
{
    if (h->modes & NP_MODE_SAMPLE) {
        np_sample_tell(h);
    }
}


static void
np_watch_tell_born(np_heap_t *h, size_t n, size_t size, np_watch_note_t *note)
{
    const np_watch_hooks_t *hooks = np_peek(np_watch_hooks);
    np_watch_t             *s = h->watch;
    np_watch_birth_t        birth
        = {.n = n, .size = size, .old = s->old, .moved = s->moved};

    s->old = 0;
    s->moved = 0;

    if (hooks != NULL) {
        np_watch_tell_clock(h);
        hooks->born(&h->watch->thread, &birth, note);
        return;
    }

    note->site = NP_WATCH_EARLY;
    note->ms = 0;
    note->clock = 0;
}


static void
np_watch_tell_died(np_heap_t *h, size_t n, size_t size,
                   const np_watch_note_t *note)
{
    const np_watch_hooks_t *hooks = np_peek(np_watch_hooks);
    np_watch_t             *watch;

    if (hooks != NULL) {
        /* a thread that only frees has none yet */
        watch = np_watch_of(h);

        if (watch != NULL) {
            np_watch_tell_clock(h);
            hooks->died(&watch->thread, n, size, note, watch->old != 0);
        }
    }
}


/* marks are of several threads, but not while there is one */
NP_INLINE void
np_watch_mark(np_word_t *w, uint64_t bit)
{
    _Atomic uint64_t *marks = np_watch_marks(w);

    if (__libc_single_threaded) {
        atomic_store_explicit(
            marks, atomic_load_explicit(marks, memory_order_relaxed) | bit,
            memory_order_relaxed);

    } else {
        atomic_fetch_or_explicit(marks, bit, memory_order_release);
    }
}


/* 1 if it was marked */
NP_INLINE int
np_watch_unmark(np_word_t *w, uint64_t bit)
{
    _Atomic uint64_t *marks = np_watch_marks(w);
    uint64_t          old;

    if (__libc_single_threaded) {
        old = atomic_load_explicit(marks, memory_order_relaxed);
        atomic_store_explicit(marks, old & ~bit, memory_order_relaxed);

    } else {
        old = atomic_fetch_and(marks, ~bit);
    }

    return (old & bit) != 0;
}


int
np_watch_born_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n)
{
    np_watch_note_t *note = np_watch_note(w, k);

    if (!np_watch_may_note(h, w)) {
        return 0;
    }

    note->n = n & UINT16_MAX;
    np_watch_tell_born(h, n, w->size, note);
    np_watch_mark(w, (uint64_t) 1 << k);

    if (h->modes & NP_MODE_EXACT) {
        atomic_store_explicit(&w->xowner, 0, memory_order_relaxed);

    } else {
        np_pool_arm(h, w);
    }

    return 1;
}


void
np_watch_died_slot(np_heap_t *h, np_word_t *w, unsigned k)
{
    _Atomic uint64_t *marks = np_watch_marks(w);
    uint64_t          bit = (uint64_t) 1 << k;
    np_watch_note_t   note;

    if ((atomic_load_explicit(marks, memory_order_acquire) & bit) == 0) {
        return;
    }

    note = *np_watch_note(w, k);

    if (np_watch_unmark(w, bit)) {
        np_watch_tell_died(h, note.n, w->size, &note);
    }
}


void
np_watch_born_large(np_heap_t *h, np_large_t *l, size_t n)
{
    l->requested = n;

    if ((!(h->modes & NP_MODE_EXACT) && !np_sample_hit(h, 0, l->size))
        || !np_watch_may_note(h, l)) {
        return;
    }

    np_watch_tell_born(h, n, l->size, np_watch_note(l, 0));
    atomic_store_explicit(np_watch_marks(l), 1, memory_order_release);
}


/* l, which was given size bytes */
static void
np_watch_died_sized(np_heap_t *h, np_large_t *l, size_t size)
{
    _Atomic uint64_t *marks = np_watch_marks(l);
    np_watch_note_t   note;

    if (atomic_load_explicit(marks, memory_order_acquire) == 0) {
        return;
    }

    note = *np_watch_note(l, 0);

    if (atomic_exchange(marks, 0) != 0) {
        np_watch_tell_died(h, l->requested, size, &note);
    }
}


void
np_watch_died_large(np_heap_t *h, np_large_t *l)
{
    np_watch_died_sized(h, l, l->size);
}


void
np_watch_resize_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n)
{
    np_watch_resizing(h, np_watch_asked_slot(w, k), 0);
    np_watch_died_slot(h, w, k);
    (void) np_watch_born_slot(h, w, k, n);
}


/* the slots of a word that are watched; of a large block: 1 or 0 */
static uint64_t
np_watch_marked(const void *record)
{
    return atomic_load_explicit(np_watch_marks(record), memory_order_relaxed);
}


void
np_watch_resize_large(np_heap_t *h, np_large_t *l, size_t n, size_t size)
{
    np_watch_resizing(h, np_watch_marked(l) != 0 ? l->requested : size, 0);
    np_watch_died_sized(h, l, size);

    if (h->modes & NP_MODE_WATCHING) {
        np_watch_born_large(h, l, n);
    }

    /* it may not have been sampled */
    np_watch_resizing(h, 0, 0);
}


size_t
np_watch_asked_slot(const np_word_t *w, unsigned k)
{
    uint64_t bit = (uint64_t) 1 << k;

    return np_modes & NP_MODE_WATCH && np_watch_marked(w) & bit
               ? np_watch_note(w, k)->n
               : w->size;
}


size_t
np_watch_asked_large(const np_large_t *l)
{
    return np_modes & NP_MODE_WATCH && np_watch_marked(l) != 0 ? l->requested
                                                               : l->size;
}


void
np_watch_resizing(np_heap_t *h, size_t old, int moved)
{
    if (h->watch != NULL) {
        h->watch->old = old;
        h->watch->moved = moved;
    }
}


void
np_watch_clock(size_t bytes)
{
    const np_watch_hooks_t *hooks = np_peek(np_watch_hooks);

    if (hooks != NULL) {
        hooks->clock(bytes);
    }
}


void
np_watch_forget(np_heap_t *h)
{
    if (h->watch != NULL) {
        h->watch->thread = NULL;
    }
}


void
np_watch_left(np_heap_t *h)
{
    const np_watch_hooks_t *hooks = np_peek(np_watch_hooks);

    if (h->watch != NULL && h->watch->thread != NULL && hooks != NULL) {
        hooks->left(h->watch->thread);
        h->watch->thread = NULL;
    }
}
