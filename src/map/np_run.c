#include "config.h"

#include "map/np_run.h"

#include <stdatomic.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_ahead.h"
#include "map/np_granule.h"
#include "map/np_hole.h"
#include "map/np_window.h"
#include "os/np_mem.h"

/* the debug build looks at everything once in so many changes */
#define NP_RUN_SAMPLE 1024

np_lock_t         np_runs_lock = NP_LOCK_INIT(NP_RANK_RUNS);
np_run_counters_t np_run_counters;

/* granules behind it were never in use: that they are clean says nothing */
static size_t np_run_top;
/* the map is populated up to here */
static char *np_run_ahead;
/* free granules that may be dirty lie in [low, high) */
static size_t np_run_dirty_low = NP_RUN_NONE;
static size_t np_run_dirty_high;


size_t
np_run_mark_dirty(size_t g, size_t n)
{
    size_t page = np_granule_page();
    size_t end = g + n;
    size_t bytes = 0;

    for (g = np_align_down(g, page); g < end; g += page) {
        if (!np_granule_is_dirty(g, page)) {
            atomic_fetch_or_explicit(&np_granule_bits(g)->xdirty,
                                     np_granule_dirty_bit(g, page),
                                     memory_order_relaxed);
            bytes += page << NP_GRANULE_SHIFT;
        }
    }

    return bytes;
}


/* blocks' owners do so without the runs lock */
static void
np_run_note_reuse(size_t bytes)
{
    if (bytes != 0) {
        __atomic_fetch_add(&np_run_counters.reused, bytes, __ATOMIC_RELAXED);
    }
}


void
np_run_soil(size_t g, size_t n)
{
    np_run_note_reuse(np_run_mark_dirty(g, n));
}


static void
np_run_mark_clean(size_t g, size_t n)
{
    size_t page = np_granule_page();
    size_t end = g + n;

    for (; g < end; g += page) {
        atomic_fetch_and_explicit(&np_granule_bits(g)->xdirty,
                                  ~np_granule_dirty_bit(g, page),
                                  memory_order_relaxed);
    }
}


/* granules of [g, g + n) on dirty pages */
static size_t
np_run_count_dirty(size_t g, size_t n)
{
    size_t page = np_granule_page();
    size_t end = g + n;
    size_t count = 0;
    size_t next;

    while (g < end) {
        next = np_align_down(g, page) + page;
        next = next < end ? next : end;
        count += np_granule_is_dirty(g, page) ? next - g : 0;
        g = next;
    }

    return count;
}


int
np_run_is_dirty(size_t g, size_t n)
{
    return np_run_count_dirty(g, n) != 0;
}


/* the walker, one call in NP_RUN_SAMPLE */
static int
np_run_is_valid_now_locked(void)
{
    static unsigned calls;

    return ++calls % NP_RUN_SAMPLE != 0 || np_run_is_valid_locked();
}


/* n granules from g on are in the window, which grows if need be; 0 or -1 */
static int
np_run_reach(size_t g, size_t n)
{
    size_t end = np_window.granules;

    if (g + n <= end) {
        return 0;
    }

    if (np_window_grow_locked(g + n) != 0) {
        return -1;
    }

    /* the hole at the end is longer now */
    np_hole_note(np_granule_scan_back(end, 0), NP_HOLE_LONG);

    return 0;
}


/* the granule at g, if free, and those around it are a hole that begins at
 * `least` at the lowest, or long before */
static void
np_run_note_hole(size_t g, size_t least)
{
    size_t start = np_granule_scan_back(g, least);
    size_t most = g + NP_HOLE_LONG;
    size_t end;

    most = most < np_window.granules ? most : np_window.granules;
    end = np_granule_scan(g, most, 1);

    if (end > start) {
        np_hole_note(start, end - start);
    }
}


/* the free granules [g, g + n) become a run */
static void
np_run_take(size_t g, size_t n, int *zero)
{
    size_t dirty = np_run_count_dirty(g, n);
    size_t page = np_granule_page();
    size_t first = np_align_down(g, page);
    size_t last = np_align_up(g + n, page);

    /* the rest of clean pages at either end, free, gets dirty with the run */
    np_run_counters.dirty_free
        += (np_granule_is_dirty(first, page) ? 0 : g - first)
           + (np_granule_is_dirty(last - 1, page) ? 0 : last - (g + n));

    np_granule_set(g, n, 1);
    np_run_counters.used += n;
    np_assert(np_run_counters.dirty_free >= dirty);
    np_run_counters.dirty_free -= dirty;

    if (g + n <= np_run_top) {
        np_run_note_reuse((n - dirty) << NP_GRANULE_SHIFT);

    } else {
        /* the share is one of what lies below */
        np_run_ahead = np_ahead(
            (char *) (np_window_map() + g),
            (char *) (np_window_map() + np_window.granules), np_run_ahead,
            (g - np_window.first) * sizeof(*np_window_map()));
        np_run_top = g + n;
    }

    *zero = dirty == 0;
    np_run_mark_dirty(g, n);
    np_run_note_hole(g + n, g + n);
    np_assert(np_run_is_valid_now_locked());
}


size_t
np_run_alloc_below_locked(size_t end, size_t n, size_t align, int *zero)
{
    size_t g;

    if (n == 0 || n > NP_WINDOW_GRANULES || align > NP_WINDOW_GRANULES) {
        return NP_RUN_NONE;
    }

    g = np_hole_find(n, align);

    if (g == NP_HOLE_NONE) {
        /* in the hole at the end of the window, and beyond */
        g = np_align_up(np_granule_scan_back(np_window.granules, 0), align);
    }

    if (g + n > end || np_run_reach(g, n) != 0) {
        return NP_RUN_NONE;
    }

    np_run_take(g, n, zero);

    return g;
}


size_t
np_run_alloc_locked(size_t n, size_t align, int *zero)
{
    return np_run_alloc_below_locked(NP_WINDOW_GRANULES, n, align, zero);
}


int
np_run_extend_locked(size_t g, size_t n, int *zero)
{
    size_t end = g + n < np_window.granules ? g + n : np_window.granules;

    if (np_granule_scan(g, end, 1) != end) {
        return 0;
    }

    if (np_run_reach(g, n) != 0) {
        return 0;
    }

    np_run_take(g, n, zero);

    return 1;
}


/* [g, end) is free: the pages it touches may be wholly free now, whenever
 * their other granules were freed */
static void
np_run_note_dirty(size_t g, size_t end)
{
    size_t page = np_granule_page();
    size_t low = np_align_down(g, page);
    size_t high = np_align_up(end, page);

    np_run_dirty_low = low < np_run_dirty_low ? low : np_run_dirty_low;
    np_run_dirty_high = high > np_run_dirty_high ? high : np_run_dirty_high;
}


void
np_run_free_locked(size_t g, size_t n)
{
    size_t end = g + n;

    np_granule_set(g, n, 0);
    np_run_counters.used -= n;
    np_run_counters.dirty_free += np_run_count_dirty(g, n);
    np_run_note_dirty(g, end);
    np_run_note_hole(g, g > NP_HOLE_LONG ? g - NP_HOLE_LONG : 0);
    np_assert(np_run_is_valid_now_locked());
}


void
np_run_free_clean_locked(size_t g, size_t n)
{
    np_run_mark_clean(g, n);
    np_run_free_locked(g, n);
}


int
np_run_shrink_locked(void)
{
    size_t old = np_window.granules;
    size_t end = np_granule_scan_back(old, 0);

    np_window_shrink_locked(end);
    np_run_top
        = np_run_top < np_window.granules ? np_run_top : np_window.granules;

    if (np_window.granules == old) {
        return 0;
    }

    /* what is mapped there next is fresh */
    np_run_counters.dirty_free
        -= np_run_count_dirty(np_window.granules, old - np_window.granules);
    np_run_mark_clean(np_window.granules, old - np_window.granules);

    return 1;
}


/* the batch goes back, and is empty */
static void
np_run_flush(np_run_batch_t *t)
{
    size_t   bytes = 0;
    unsigned i;

    np_mem_purge_ranges(t->range, t->n);

    for (i = 0; i < t->n; i++) {
        np_run_mark_clean(np_window_granule(t->range[i].iov_base),
                          t->range[i].iov_len >> NP_GRANULE_SHIFT);
        bytes += t->range[i].iov_len;
    }

    t->n = 0;
    t->bytes += bytes;

    if (bytes != 0) {
        __atomic_fetch_add(&np_run_counters.purged, bytes, __ATOMIC_RELAXED);
        __atomic_fetch_add(&np_run_counters.purges, 1, __ATOMIC_RELAXED);
    }
}


/* the dirty ones of the whole pages [g, end), stretch by stretch, into the
 * batch; how many bytes */
static size_t
np_run_purge_dirty(np_run_batch_t *t, size_t g, size_t end)
{
    size_t page = np_granule_page();
    size_t bytes = 0;
    size_t start;

    while (g < end) {
        if (!np_granule_is_dirty(g, page)) {
            g += page;
            continue;
        }

        for (start = g; g < end && np_granule_is_dirty(g, page); g += page) {
            /* the length of the stretch */
        }

        if (t->n == NP_MEM_RANGES) {
            np_run_flush(t);
        }

        t->range[t->n].iov_base = np_window_address(start);
        t->range[t->n].iov_len = (g - start) << NP_GRANULE_SHIFT;
        bytes += t->range[t->n++].iov_len;
    }

    return bytes;
}


size_t
np_run_purge_range(np_run_batch_t *t, char *from, char *to)
{
    size_t page = np_mem_page();
    size_t g = np_window_granule((char *) np_align_up((size_t) from, page));
    size_t end = np_window_granule((char *) np_align_down((size_t) to, page));

    return g < end ? np_run_purge_dirty(t, g, end) : 0;
}


size_t
np_run_purge_batch(np_run_batch_t *t)
{
    size_t bytes;

    if (t->n != 0) {
        np_run_flush(t);
    }

    bytes = t->bytes;
    t->bytes = 0;

    return bytes;
}


size_t
np_run_purge_locked(void)
{
    size_t page = np_granule_page();
    size_t high = np_run_dirty_high;
    size_t g, start, end, first, last, bytes;

    np_run_batch_t t = {.n = 0};

    high = high < np_window.granules ? high : np_window.granules;

    for (g = np_run_dirty_low; g < high; g = end) {
        start = np_granule_scan(g, high, 0);
        end = np_granule_scan(start, high, 1);
        first = np_align_up(start, page);
        last = np_align_down(end, page);

        if (first < last) {
            (void) np_run_purge_dirty(&t, first, last);
        }
    }

    bytes = np_run_purge_batch(&t);
    np_run_counters.dirty_free -= bytes >> NP_GRANULE_SHIFT;
    np_run_dirty_low = NP_RUN_NONE;
    np_run_dirty_high = 0;

    return bytes;
}


int
np_run_is_valid_locked(void)
{
    size_t g, used, dirty;

    used = 0;
    dirty = 0;

    for (g = np_window.first; g < np_window.granules; g++) {
        if (np_granule_bits(g)->used >> (g % 64) & 1) {
            used++;

        } else {
            dirty += np_run_count_dirty(g, 1);
        }
    }

    /* before the first run there is one hole, which nobody has noted */
    return used == np_run_counters.used && dirty == np_run_counters.dirty_free
           && (np_run_top == 0 || np_hole_is_valid());
}
