#include "config.h"

#include "heap/np_purge.h"

#include "base/np_check.h"
#include "heap/np_large.h"
#include "heap/np_remote.h"
#include "heap/np_route.h"
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

/* what the last purge of free runs was like; runs lock */
static struct {
    unsigned patience;
    uint64_t ms;
    size_t   reused; /* counters.reused then */
    size_t   bytes;  /* what it gave back */
} np_purge_last = {.patience = 1};


/* the patience for the next purge, when `again` of the last one's bytes came
 * back into use since */
static unsigned
np_purge_adapt(unsigned patience, uint64_t ms, size_t bytes, size_t again)
{
    if (bytes != 0 && ms < NP_PURGE_SOON_MS && again > bytes / 2) {
        return patience < NP_PURGE_PATIENCE_MAX ? 2 * patience : patience;
    }

    return patience > 1 ? patience / 2 : 1;
}


/* a percentage of the live bytes, and the floor, times the patience */
static size_t
np_purge_threshold(size_t live, unsigned patience)
{
    if (np_purge_percent == NP_PURGE_OFF) {
        return SIZE_MAX / 2;
    }

    return (live / 100 * np_purge_percent + NP_PURGE_FLOOR) * patience;
}


size_t
np_purge_limit(const np_heap_t *h)
{
    size_t free = (size_t) h->holes + h->free;

    if (h == &np_orphans) {
        return SIZE_MAX / 2;
    }

    return np_purge_threshold(h->opened > free ? h->opened - free : 0,
                              h->purge_patience);
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


/* the words of b that are not open, but may have been before b was rewound,
 * into the batch */
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
    h->soiled = 0;

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
    np_queue_t *q;
    np_heap_t  *h, *r;
    unsigned    i;
    size_t      bytes = 0;

    np_lock(&np_heaps_lock);
    np_lock(&np_orphans_lock);
    np_remote_collect(&np_orphans);
    np_lock(&np_runs_lock);

    np_queue_each(q, &np_heaps)
    {
        h = np_queue_data(q, np_heap_t, link);
        bytes += np_purge_foreign_locked(h);

        np_route_each(r, h, i)
        {
            bytes += np_purge_foreign_locked(r);
        }
    }

    bytes += np_purge_foreign_locked(&np_orphans);
    bytes += np_run_purge_locked();

    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);

    return bytes;
}


void
np_purge_heap(np_heap_t *h)
{
    uint64_t now = np_clock_coarse_ms();

    h->purge_patience = np_purge_adapt(h->purge_patience, now - h->purge_ms,
                                       h->purge_bytes, h->soiled);
    h->purge_ms = now;
    h->purge_bytes = np_purge_holes(h);

    np_assert(np_heap_is_valid_now(h));
}


void
np_purge_runs_locked(void)
{
    np_run_counters_t *n = &np_run_counters;
    size_t             free = n->dirty_free << NP_GRANULE_SHIFT;
    uint64_t           now;

    if (np_likely(free <= NP_PURGE_FLOOR)
        || free <= np_purge_threshold(n->used << NP_GRANULE_SHIFT,
                                      np_purge_last.patience)) {
        return;
    }

    now = np_clock_coarse_ms();

    np_purge_last.patience = np_purge_adapt(
        np_purge_last.patience, now - np_purge_last.ms, np_purge_last.bytes,
        n->reused - np_purge_last.reused);
    np_purge_last.ms = now;
    np_purge_last.reused = n->reused;
    np_purge_last.bytes = np_run_purge_locked();
}


size_t
np_purge_all(void)
{
    np_heap_t *h = np_self;
    np_heap_t *r;
    size_t     bytes = 0;
    unsigned   i;

    if (h->attached) {
        np_remote_collect(h);
        np_large_flush(h);
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
