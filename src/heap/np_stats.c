#include "config.h"

#include "heap/np_stats.h"

#include <string.h>

#include "heap/np_count.h"
#include "heap/np_foreign.h"
#include "heap/np_heap.h"
#include "heap/np_large_block.h"
#include "heap/np_literal.h"
#include "heap/np_quarantine.h"
#include "heap/np_seam.h"
#include "heap/np_stock.h"
#include "heap/np_watch.h"
#include "map/np_header.h"
#include "map/np_huge.h"
#include "map/np_run.h"
#include "os/np_mem.h"


/* bytes of the free stretch [from, to) on pages that were given back */
static size_t
np_stats_clean(char *from, char *to)
{
    size_t page = np_mem_page();
    size_t clean = 0;

    from = (char *) np_align_up((size_t) from, page);

    for (; from + page <= to; from += page) {
        clean += np_run_is_dirty(np_window_granule(from), 1) ? 0 : page;
    }

    return clean;
}


/* whole pages of the free slots of w that were given back */
NP_RACY static size_t
np_stats_purged(const np_word_t *w, uint64_t free)
{
    size_t   clean = 0;
    unsigned k, n;

    for (k = 0; k < w->slots; k += n) {
        n = 1;

        if (free >> k & 1) {
            while (k + n < w->slots && free >> (k + n) & 1) {
                n++;
            }

            clean += np_stats_clean(w->start + (size_t) k * w->size,
                                    w->start + (size_t) (k + n) * w->size);
        }
    }

    return clean;
}


/* free stretches that run on from word to word are seen word by word: a page
 * across the border counts as resident */
NP_RACY static void
np_stats_block(np_stats_t *s, np_block_t *b)
{
    np_stats_pool_t *pool = &s->pool[b->class];
    np_word_t       *w;
    uint64_t         free;
    size_t           size = np_class_size(b->class);
    unsigned         i;
    char            *start;

    pool->blocks++;
    pool->capacity += np_block_capacity(b);

    if (np_stock_has(b)) {
        start = np_block_start(b);
        pool->holes += np_block_capacity(b);
        pool->purged_bytes
            += np_stats_clean(start, start + np_block_capacity(b) * size);
        return;
    }

    pool->fresh += np_block_capacity(b) - np_block_opened(b);
    pool->passed_by += b->avail != 0 && np_queue_empty(&b->chain);

    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        free = w->free | atomic_load_explicit(&w->xfree, memory_order_relaxed);
        pool->holes += np_bit_count(free);

        if (atomic_load_explicit(&b->xpurge, memory_order_relaxed) != 0) {
            pool->purged_bytes += np_stats_purged(w, free);
        }
    }
}


/* a heap of another thread may change while it is read; its list of blocks
 * may not: runs lock held */
NP_RACY static void
np_stats_heap_locked(np_stats_t *s, np_heap_t *h)
{
    np_queue_t *q;
    unsigned    c;
    int         in_use = h->attached || h->main != NULL || h == &np_orphans;

    np_queue_each(q, &h->blocks)
    {
        np_stats_block(s, np_queue_data(q, np_block_t, all));
    }

    for (c = 1; c < NP_CLASSES; c++) {
        s->pool[c].pools += in_use && h->pool[c].blocks != 0;
        s->pool[c].resets += h->pool[c].resets;
    }

    s->large.cached_bytes += h->large_cached;
    s->remote_frees += h->remote_frees;
}


/* a thread that takes a block from its bin moves its start without the lock */
NP_RACY static void
np_stats_large_locked(np_stats_t *s)
{
    np_queue_t *q;
    np_large_t *l;

    np_queue_each(q, &np_large_list)
    {
        l = np_queue_data(q, np_large_t, link);

        if (atomic_load_explicit(&l->xstate, memory_order_relaxed)
            != NP_LARGE_LIVE) {
            continue;
        }

        s->large.count++;
        s->large.live_bytes += l->size;
        s->large.mapped += l->mapped;
        s->large.mapped_bytes += l->mapped ? l->size : 0;
    }

    s->large.peak_bytes = np_large_peak();
}


/* blocks purge their holes without the lock, and count that */
NP_RACY static void
np_stats_runs_locked(np_stats_t *s)
{
    unsigned area;

    s->heap_bytes = np_run_counters.used << NP_GRANULE_SHIFT;
    s->retained_bytes = (np_run_counters.dirty_free << NP_GRANULE_SHIFT)
                        + s->large.cached_bytes;
    s->purged_bytes = np_run_counters.purged;
    s->purges = np_run_counters.purges;
    s->metadata_bytes
        = np_header_used() + np_huge_table_bytes() + np_seam_books_bytes()
          + (np_window.granules - np_window.first) * sizeof(uint32_t)
          + (np_window.granules - np_window.first) / 4;
    s->mapped_bytes = s->large.mapped_bytes + np_huge_table_bytes()
                      + np_seam_books_bytes();

    for (area = 0; area < NP_AREAS; area++) {
        s->mapped_bytes += np_window_mapped(area);
    }
}


/* what follows from the figures of the pools */
static void
np_stats_sum(np_stats_t *s)
{
    np_stats_pool_t *pool;
    unsigned         c;
    size_t           holes;

    for (c = 1; c < NP_CLASSES; c++) {
        pool = &s->pool[c];
        pool->size = np_class_size(c);

        /* an object freed twice over between two of our reads */
        if (pool->holes + pool->fresh > pool->capacity) {
            pool->holes = pool->capacity - pool->fresh;
        }

        if (s->reclaim) {
            pool->live = pool->capacity - pool->fresh - pool->holes;
        }

        holes = pool->holes * pool->size;
        s->live_bytes += pool->live * pool->size;
        s->holes_bytes
            += holes > pool->purged_bytes ? holes - pool->purged_bytes : 0;
        s->fresh_bytes += pool->fresh * pool->size;
        /* np_count.c has taken off what is requested */
        pool->slack_bytes += s->counted ? pool->live * pool->size : 0;
    }

    s->live_bytes += s->large.live_bytes;
    s->pool[0].slack_bytes += s->counted ? s->large.live_bytes : 0;
    s->large.allocs = s->pool[0].allocs;
}


static void
np_stats_literal(np_stats_t *s)
{
    np_literal_counters_t n;
    unsigned              c;

    np_literal_count(&n);

    for (c = 1; c < NP_CLASSES; c++) {
        s->pool[c].live = n.live[c];
        s->pool[c].dead = n.dead[c];
        s->pool[c].capacity = n.live[c] + n.dead[c];
    }

    s->literal_blocks = n.blocks;
    s->literal_bytes = n.bytes;
}


/* all locks, or none and -1 */
static int
np_stats_lock(void)
{
    if (np_lock_try(&np_heaps_lock)) {
        if (np_lock_try(&np_orphans_lock)) {
            if (np_lock_try(&np_runs_lock)) {
                return 0;
            }

            np_unlock(&np_orphans_lock);
        }

        np_unlock(&np_heaps_lock);
    }

    return -1;
}


/* what is held back in check mode is not live, nor of use yet */
NP_RACY static void
np_stats_held(np_stats_t *s)
{
    unsigned c;

    for (c = 1; c < NP_CLASSES; c++) {
        s->pool[c].holes += np_quarantine_held[c];
    }

    s->large.cached_bytes += np_quarantine_held[0];
}


static void
np_stats_read_locked(np_stats_t *s)
{
    np_queue_t *q;
    np_heap_t  *h;

    s->threads_now = np_heaps_now;
    s->threads_seen = np_heaps_seen;

    np_heap_each_locked(h)
    {
        np_stats_heap_locked(s, h);

        if (h->count != NULL) {
            np_count_add_locked(s, h->count);
        }
    }

    np_stats_heap_locked(s, &np_orphans);
    np_stats_held(s);

    np_queue_each(q, &np_orphans.blocks)
    {
        s->orphan_blocks++;
    }

    np_stats_large_locked(s);
    np_stats_runs_locked(s);

    if (s->counted) {
        np_count_add_process_locked(s);
    }
}


/* threads add what they count to the peaks by steps: what lives now has been
 * there */
static void
np_stats_peaks(np_stats_t *s)
{
    if (s->peak_requested < s->live_requested) {
        s->peak_requested = s->live_requested;
    }

    if (s->peak_bytes < s->live_bytes) {
        s->peak_bytes = s->live_bytes;
    }
}


int
np_stats_collect(np_stats_t *s)
{
    memset(s, 0, sizeof(*s));
    s->counted = (np_modes & NP_MODE_COUNT) != 0;
    s->reclaim = (np_modes & NP_MODE_LITERAL) == 0;

    if (np_window.base == 0) {
        return 0;
    }

    if (np_stats_lock() != 0) {
        return -1;
    }

    np_stats_read_locked(s);
    np_unlock(&np_runs_lock);
    np_unlock(&np_orphans_lock);
    np_unlock(&np_heaps_lock);

    if (!s->reclaim) {
        np_stats_literal(s);
    }

    np_foreign_count(s);
    np_stats_sum(s);

    if (s->counted) {
        np_stats_peaks(s);
    }

    return 0;
}
