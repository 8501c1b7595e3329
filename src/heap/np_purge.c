#include "config.h"

#include "heap/np_purge.h"

#include "base/np_check.h"
#include "heap/np_large.h"
#include "heap/np_orphan.h"
#include "heap/np_remote.h"
#include "map/np_run.h"
#include "os/np_clock.h"
#include "os/np_mem.h"
#include "os/np_options.h"

#define NP_PURGE_PATIENCE_MAX 64
/* pages that are in use again sooner than this were purged too early */
#define NP_PURGE_SOON_MS 1000

size_t np_purge_percent;

static struct {
    unsigned patience; /* multiplies the limit for free runs */
    uint64_t last_ms;
    size_t   reused;   /* counters.reused at the last purge */
    size_t   bytes;    /* what the last purge gave back */
} np_purge_runs = {.patience = 1};


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
    size_t holes = (size_t) h->holes;

    if (h == &np_orphans) {
        return SIZE_MAX;
    }

    return np_purge_threshold(h->opened > holes ? h->opened - holes : 0,
                              h->purge_patience);
}


/* the whole free pages of b; how many bytes went back */
static size_t
np_purge_block(np_block_t *b)
{
    np_word_t *w;
    uint64_t   set;
    size_t     bytes = 0;
    size_t     page = np_mem_page();
    unsigned   i, k, n;
    char      *from = NULL;
    char      *to = NULL;

    /* free stretches may run on from word to word */
    for (i = 0; i < b->last; i++) {
        w = np_block_word(b, i);
        set = w->state == NP_WORD_PARTIAL ? w->free : 0;

        for (k = 0; set != 0; set = k + n < 64 ? set >> n : 0, k += n) {
            n = np_bit_lowest(set);
            k += n;
            set >>= n;
            n = ~set != 0 ? np_bit_lowest(~set) : 64;

            if (to != w->start + k * w->size) {
                bytes += (size_t) (to - from) >= page
                             ? np_run_purge_range(from, to)
                             : 0;
                from = w->start + k * w->size;
            }

            to = w->start + (k + n) * w->size;
        }
    }

    bytes +=
        (size_t) (to - from) >= page ? np_run_purge_range(from, to) : 0;
    b->purged |= bytes != 0;

    return bytes;
}


/* the holes of all blocks of h; how many bytes went back */
static size_t
np_purge_holes(np_heap_t *h)
{
    np_queue_t *q;
    np_block_t *b;
    size_t      bytes = 0;

    np_queue_each(q, &h->blocks)
    {
        b = np_queue_data(q, np_block_t, all);

        if (b->avail != 0) {
            bytes += np_purge_block(b);
        }
    }

    return bytes;
}


void
np_purge_heap(np_heap_t *h)
{
    size_t wanted = (size_t) h->holes;
    size_t bytes = np_purge_holes(h);

    h->holes = 0;

    if (bytes < wanted / 4) {
        h->purge_patience *= 2;

        if (h->purge_patience > NP_PURGE_PATIENCE_MAX) {
            h->purge_patience = NP_PURGE_PATIENCE_MAX;
        }

    } else if (h->purge_patience > 1) {
        h->purge_patience /= 2;
    }
}


void
np_purge_runs_locked(void)
{
    np_run_counters_t *n = &np_run_counters;
    size_t             free = n->dirty_free << NP_GRANULE_SHIFT;
    uint64_t           now;

    if (np_likely(free <= NP_PURGE_FLOOR)
        || free <= np_purge_threshold(n->used << NP_GRANULE_SHIFT,
                                      np_purge_runs.patience))
    {
        return;
    }

    now = np_clock_coarse_ms();

    if (now - np_purge_runs.last_ms < NP_PURGE_SOON_MS
        && n->reused - np_purge_runs.reused > np_purge_runs.bytes / 2)
    {
        np_purge_runs.patience *= 2;

        if (np_purge_runs.patience > NP_PURGE_PATIENCE_MAX) {
            np_purge_runs.patience = NP_PURGE_PATIENCE_MAX;
        }

    } else if (np_purge_runs.patience > 1) {
        np_purge_runs.patience /= 2;
    }

    np_purge_runs.last_ms = now;
    np_purge_runs.reused = n->reused;
    np_purge_runs.bytes = np_run_purge_locked();
}


size_t
np_purge_all(void)
{
    np_heap_t *h = np_self;
    size_t     bytes = 0;

    if (h->attached) {
        np_remote_collect(h);
        np_large_flush(h);
        bytes += np_purge_holes(h);
        h->holes = 0;
    }

    np_lock(&np_orphans_lock);
    np_remote_collect(&np_orphans);
    bytes += np_purge_holes(&np_orphans);
    np_unlock(&np_orphans_lock);

    np_lock(&np_runs_lock);
    bytes += np_run_purge_locked();
    np_unlock(&np_runs_lock);

    return bytes;
}
