#include "config.h"

#include "heap/np_purge.h"

#include "base/np_check.h"
#include "heap/np_fork.h"
#include "heap/np_large.h"
#include "heap/np_remote.h"
#include "heap/np_route.h"
#include "heap/np_stock.h"
#include "map/np_run.h"
#include "os/np_clock.h"
#include "os/np_options.h"
#include "os/np_proc.h"
#include "os/np_stray.h"

#define NP_PURGE_PATIENCE_MAX 64
/* pages that are in use again sooner than this were purged too early */
#define NP_PURGE_SOON_MS 1000

size_t np_purge_percent;
int    np_purge_shared;

/* what was purged since patience last changed, and is in use again; the
 * counters then.  Runs lock. */
static struct {
    unsigned patience;
    uint64_t ms;
    size_t   purged;
    size_t   reused;
} np_purge_window = {.patience = 1};


/* from now on it is so, and what happens is judged anew */
static void
np_purge_begin_locked(uint64_t now, unsigned patience)
{
    np_poke(np_purge_window.patience, patience);
    np_poke(np_purge_window.ms, now);
    np_purge_window.purged = np_peek(np_run_counters.purged);
    np_purge_window.reused = np_peek(np_run_counters.reused);
}


/* patience doubles when more than half of what went back lately is in use
 * again, and halves with each while that this is not so */
static void
np_purge_judge_locked(uint64_t now)
{
    uint64_t age = now - np_purge_window.ms;
    unsigned patience = np_purge_window.patience;
    size_t   purged = np_peek(np_run_counters.purged) - np_purge_window.purged;
    size_t   reused = np_peek(np_run_counters.reused) - np_purge_window.reused;

    if (age >= NP_PURGE_SOON_MS) {
        age = age / NP_PURGE_SOON_MS < 8 ? age / NP_PURGE_SOON_MS : 8;
        patience = patience >> age != 0 ? patience >> age : 1;
        np_purge_begin_locked(now, patience);

    } else if (purged != 0 && reused > purged / 2
               && patience < NP_PURGE_PATIENCE_MAX) {
        np_purge_begin_locked(now, 2 * patience);
    }
}


/* 1 if there is a patience, and nobody has judged it for a while */
static int
np_purge_is_stale(void)
{
    return np_peek(np_purge_window.patience) > 1
           && np_clock_coarse_ms() - np_peek(np_purge_window.ms)
                  >= NP_PURGE_SOON_MS;
}


/* a percentage of the live bytes, and the floor, times the patience */
static size_t
np_purge_threshold(size_t live)
{
    size_t percent = np_peek(np_purge_percent);

    if (percent == NP_PURGE_OFF) {
        return SIZE_MAX / 2;
    }

    return (live / 100 * percent + NP_PURGE_FLOOR) * np_purge_patience();
}


void
np_purge_keep(int all)
{
    np_poke(np_purge_percent, all ? NP_PURGE_OFF : np_options.purge);
}


unsigned
np_purge_patience(void)
{
    return np_peek(np_purge_window.patience);
}


size_t
np_purge_limit(const np_heap_t *h)
{
    size_t free = (size_t) h->holes + h->free;

    if (h == &np_orphans) {
        return SIZE_MAX / 2;
    }

    return np_purge_threshold(h->opened > free ? h->opened - free : 0);
}


/* the free slots of word w that may be given back */
static uint64_t
np_purge_slots(const np_word_t *w)
{
    return __atomic_load_n(&w->state, __ATOMIC_ACQUIRE) == NP_WORD_CURRENT
               ? 0
               : np_peek(w->free)
                     | atomic_load_explicit(&w->xfree, memory_order_relaxed);
}


/* the whole free pages of b, into the batch; *free bytes more are free in
 * it */
static void
np_purge_block(np_run_batch_t *t, np_block_t *b, size_t *free)
{
    np_word_t *w;
    uint64_t   set;
    size_t     bytes = 0;
    unsigned   i, k, n;
    char      *from = NULL;
    char      *to = NULL;

    /* free stretches may run on from word to word */
    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        set = np_purge_slots(w);

        for (k = 0; set != 0; set = k + n < 64 ? set >> n : 0, k += n) {
            n = np_bit_lowest(set);
            k += n;
            set >>= n;
            n = ~set != 0 ? np_bit_lowest(~set) : 64;

            if (to != w->start + k * w->size) {
                bytes += np_run_purge_range(t, from, to);
                from = w->start + k * w->size;
            }

            to = w->start + (k + n) * w->size;
            *free += n * (size_t) w->size;
        }
    }

    bytes += np_run_purge_range(t, from, to);

    if (bytes != 0) {
        atomic_fetch_or_explicit(&b->xpurge, NP_PURGE_DONE,
                                 memory_order_relaxed);
    }
}


/* the words of b that are not open, into the batch: they may have been before
 * b was rewound.  Those that never were count as given back, too, since a run
 * does not know which of its pages were touched. */
static void
np_purge_rewound(np_run_batch_t *t, np_block_t *b)
{
    char  *start = np_block_start(b);
    size_t size = np_block_word(b, 0)->size;
    size_t bytes;

    if (b->last == b->end) {
        return;
    }

    bytes = np_run_purge_range(t, start + np_block_opened(b) * size,
                               start + np_block_capacity(b) * size);

    if (bytes != 0) {
        atomic_fetch_or_explicit(&b->xpurge, NP_PURGE_DONE,
                                 memory_order_relaxed);
    }
}


/* the holes of all blocks of h; how many bytes went back */
static size_t
np_purge_holes(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;

    np_run_batch_t t = {.n = 0};

    h->holes = 0;
    h->free = 0;

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);

        if (b->avail != 0) {
            np_purge_block(&t, b, &h->free);
        }

        np_purge_rewound(&t, b);
    }

    return np_run_purge_batch(&t);
}


void
np_purge_lock(np_block_t *b)
{
    while (atomic_fetch_or_explicit(&b->xpurge, NP_PURGE_BUSY,
                                    memory_order_acquire)
           & NP_PURGE_BUSY) {
        /* the purging thread may have been left behind amid a purge */
        if (np_stray_is_alone()) {
            return;
        }

        np_proc_sleep(0);
    }
}


/* all blocks of h, whoever owns it; runs lock held: the list is whole, and no
 * block of it is handed back meanwhile */
static size_t
np_purge_foreign_locked(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    size_t      bytes = 0;
    size_t      free = 0;

    np_run_batch_t t = {.n = 0};

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);
        np_purge_lock(b);
        np_purge_block(&t, b, &free);
        np_purge_rewound(&t, b);
        bytes += np_run_purge_batch(&t);
        np_purge_close(b);
    }

    return bytes;
}


size_t
np_purge_everything(void)
{
    np_heap_t *h;
    size_t     bytes = 0;

    (void) np_stock_flush_spares();
    np_lock(&np_heaps_lock);
    np_lock(&np_orphans_lock);
    np_remote_collect(&np_orphans);
    np_lock(&np_runs_lock);

    np_heap_each_locked(h)
    {
        bytes += np_purge_foreign_locked(h);
    }

    bytes += np_purge_foreign_locked(&np_orphans);
    bytes += np_run_purge_locked();

    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);

    return bytes;
}


void
np_purge_if_due_slow(np_heap_t *h)
{
    if ((size_t) h->holes <= np_purge_limit(h) && !np_purge_is_stale()) {
        return;
    }

    np_lock(&np_runs_lock);
    np_purge_judge_locked(np_clock_coarse_ms());
    np_unlock(&np_runs_lock);

    if ((size_t) h->holes > np_purge_limit(h)) {
        (void) np_purge_holes(h);
        np_assert(np_heap_is_valid_now(h));
    }
}


void
np_purge_runs_locked(void)
{
    size_t free = np_run_counters.dirty_free << NP_GRANULE_SHIFT;
    size_t live = np_run_counters.used << NP_GRANULE_SHIFT;

    if (np_likely(free <= NP_PURGE_FLOOR)
        || (free <= np_purge_threshold(live) && !np_purge_is_stale())) {
        return;
    }

    np_purge_judge_locked(np_clock_coarse_ms());

    if (free > np_purge_threshold(live)) {
        (void) np_run_purge_locked();
    }
}


size_t
np_purge_all(void)
{
    np_heap_t *h = np_self;
    np_heap_t *r;
    size_t     bytes = 0;
    unsigned   i;

    np_fork_notice();

    (void) np_stock_flush_all(h);

    if (h->attached) {
        np_remote_collect(h);
        (void) np_large_flush(h);
        bytes += np_purge_holes(h);
    }

    np_route_each(r, h, i)
    {
        np_remote_collect(r);
        bytes += np_purge_holes(r);
    }

    np_lock(&np_orphans_lock);
    np_remote_collect(&np_orphans);
    bytes += np_purge_holes(&np_orphans);
    np_unlock(&np_orphans_lock);

    np_lock(&np_runs_lock);
    bytes += np_run_purge_locked();
    (void) np_run_shrink_locked();
    np_unlock(&np_runs_lock);

    return bytes;
}
