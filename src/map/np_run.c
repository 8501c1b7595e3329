#include "config.h"

#include "map/np_run.h"

#include <stdatomic.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_window.h"
#include "os/np_mem.h"

typedef struct {
    uint64_t         used;
    _Atomic uint64_t xdirty;
} np_run_bits_t;

/* coalesced holes are measured up to so many granules; a hole that reaches
 * it counts as one of any size */
#define NP_RUN_MEASURE 4096
#define NP_RUN_HINTS   27
/* the debug build looks at everything once in so many changes */
#define NP_RUN_SAMPLE 1024

np_lock_t         np_runs_lock = NP_LOCK_INIT(NP_RANK_RUNS);
np_run_counters_t np_run_counters;

static size_t np_run_hint[NP_RUN_HINTS];
/* granules behind it were never in use: that they are clean says nothing */
static size_t np_run_top;
/* free granules that may be dirty lie in [low, high) */
static size_t np_run_dirty_low = NP_RUN_NONE;
static size_t np_run_dirty_high;


static np_run_bits_t *
np_run_bits(size_t g)
{
    return (np_run_bits_t *) (np_window.base - NP_WINDOW_BITS) + g / 64;
}


static size_t
np_run_page(void)
{
    return np_mem_page() >> NP_GRANULE_SHIFT;
}


/* first granule in [g, end) whose used bit is `used`, or end */
static size_t
np_run_scan(size_t g, size_t end, int used)
{
    uint64_t set;
    uint64_t flip = used ? 0 : ~(uint64_t) 0;

    while (g < end) {
        set = (np_run_bits(g)->used ^ flip) >> (g % 64);

        if (set != 0) {
            g += np_bit_lowest(set);
            return g < end ? g : end;
        }

        g = (g | 63) + 1;
    }

    return end;
}


/* first granule of the stretch of free granules that ends before g, looking
 * no further back than `least` */
static size_t
np_run_scan_back(size_t g, size_t least)
{
    uint64_t set;

    while (g > least) {
        set = np_run_bits(g - 1)->used << (63 - (g - 1) % 64);

        if (set != 0) {
            g -= (size_t) __builtin_clzll(set);
            return g > least ? g : least;
        }

        g = (g - 1) & ~(size_t) 63;
    }

    return least;
}


static void
np_run_set_used(size_t g, size_t n, int used)
{
    np_run_bits_t *bits;
    uint64_t       mask;
    size_t         here;

    while (n != 0) {
        here = 64 - g % 64 < n ? 64 - g % 64 : n;
        mask = np_bit_first((unsigned) here) << (g % 64);
        bits = np_run_bits(g);
        np_assert(used ? (bits->used & mask) == 0
                       : (bits->used & mask) == mask);
        bits->used ^= mask;
        g += here;
        n -= here;
    }
}


/* the dirty bit of the page that g lies in */
static uint64_t
np_run_dirty_bit(size_t g, size_t page)
{
    return (uint64_t) 1 << (page >= 64 ? 0 : g % 64 / page);
}


static int
np_run_page_is_dirty(size_t g, size_t page)
{
    g = np_align_down(g, page);

    return (atomic_load_explicit(&np_run_bits(g)->xdirty, memory_order_relaxed)
            & np_run_dirty_bit(g, page))
           != 0;
}


size_t
np_run_mark_dirty(size_t g, size_t n)
{
    size_t page = np_run_page();
    size_t end = g + n;
    size_t bytes = 0;

    for (g = np_align_down(g, page); g < end; g += page) {
        if (!np_run_page_is_dirty(g, page)) {
            atomic_fetch_or_explicit(&np_run_bits(g)->xdirty,
                                     np_run_dirty_bit(g, page),
                                     memory_order_relaxed);
            bytes += page << NP_GRANULE_SHIFT;
        }
    }

    return bytes;
}


static void
np_run_mark_clean(size_t g, size_t n)
{
    size_t page = np_run_page();
    size_t end = g + n;

    for (; g < end; g += page) {
        atomic_fetch_and_explicit(&np_run_bits(g)->xdirty,
                                  ~np_run_dirty_bit(g, page),
                                  memory_order_relaxed);
    }
}


/* granules of [g, g + n) on dirty pages */
static size_t
np_run_count_dirty(size_t g, size_t n)
{
    size_t page = np_run_page();
    size_t end = g + n;
    size_t count = 0;
    size_t next;

    while (g < end) {
        next = np_align_down(g, page) + page;
        next = next < end ? next : end;
        count += np_run_page_is_dirty(g, page) ? next - g : 0;
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


/* a hole begins at start: of 2^shortest granules or more, up to 2^longest */
static void
np_run_lower_hints(size_t start, unsigned shortest, unsigned longest)
{
    unsigned k;

    for (k = shortest; k <= longest; k++) {
        if (np_run_hint[k] > start) {
            np_run_hint[k] = start;
        }
    }
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

    /* the hole at the end is longer now than any hint knows */
    np_run_lower_hints(np_run_scan_back(end, 0), 0, NP_RUN_HINTS - 1);

    return 0;
}


/* the free granules [g, g + n) become a run */
static void
np_run_take(size_t g, size_t n, int *zero)
{
    size_t dirty = np_run_count_dirty(g, n);
    size_t page = np_run_page();
    size_t first = np_align_down(g, page);
    size_t last = np_align_up(g + n, page);

    /* the rest of clean pages at either end, free, gets dirty with the run */
    np_run_counters.dirty_free
        += (np_run_page_is_dirty(first, page) ? 0 : g - first)
           + (np_run_page_is_dirty(last - 1, page) ? 0 : last - (g + n));

    np_run_set_used(g, n, 1);
    np_run_counters.used += n;
    np_assert(np_run_counters.dirty_free >= dirty);
    np_run_counters.dirty_free -= dirty;

    if (g + n <= np_run_top) {
        np_run_counters.reused += (n - dirty) << NP_GRANULE_SHIFT;

    } else {
        np_run_top = g + n;
    }

    *zero = dirty == 0;
    np_run_mark_dirty(g, n);
    np_assert(np_run_is_valid_now_locked());
}


/* the lowest hole for n granules at a multiple of align, looking from the
 * hint on; if none is there, where one would have to begin (>= granules - n) */
static size_t
np_run_find(size_t n, size_t align)
{
    unsigned k = np_log2(n);
    size_t   end = np_window.granules;
    size_t   first = NP_RUN_NONE;
    size_t   start, begin, stop;

    for (start = np_run_hint[k]; start < end; start = stop) {
        start = np_run_scan(start, end, 0);
        begin = np_align_up(start, align);

        if (begin + n > end) {
            break;
        }

        stop = np_run_scan(start, begin + n, 1);

        if (stop == begin + n) {
            np_run_hint[k] = first != NP_RUN_NONE ? first
                             : begin == start     ? begin + n
                                                  : start;
            return begin;
        }

        if (first == NP_RUN_NONE && stop - start >= (size_t) 1 << k) {
            first = start;
        }
    }

    np_run_hint[k] = first != NP_RUN_NONE ? first : start < end ? start : end;

    return np_align_up(np_run_scan_back(end, np_run_hint[k]), align);
}


size_t
np_run_alloc_locked(size_t n, size_t align, int *zero)
{
    size_t g;

    if (n == 0 || n > NP_WINDOW_GRANULES || align > NP_WINDOW_GRANULES) {
        return NP_RUN_NONE;
    }

    g = np_run_find(n, align);

    if (np_run_reach(g, n) != 0) {
        return NP_RUN_NONE;
    }

    np_run_take(g, n, zero);

    return g;
}


int
np_run_extend_locked(size_t g, size_t n, int *zero)
{
    size_t end = g + n < np_window.granules ? g + n : np_window.granules;

    if (np_run_scan(g, end, 1) != end) {
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
    size_t page = np_run_page();
    size_t low = np_align_down(g, page);
    size_t high = np_align_up(end, page);

    np_run_dirty_low = low < np_run_dirty_low ? low : np_run_dirty_low;
    np_run_dirty_high = high > np_run_dirty_high ? high : np_run_dirty_high;
}


void
np_run_free_locked(size_t g, size_t n)
{
    size_t end = g + n;
    size_t least = g > NP_RUN_MEASURE ? g - NP_RUN_MEASURE : 0;
    size_t most = end + NP_RUN_MEASURE;
    size_t start;

    np_run_set_used(g, n, 0);
    np_run_counters.used -= n;
    np_run_counters.dirty_free += np_run_count_dirty(g, n);
    np_run_note_dirty(g, end);

    start = np_run_scan_back(g, least);
    most = most < np_window.granules ? most : np_window.granules;
    end = np_run_scan(end, most, 1);
    np_assert(np_run_is_valid_now_locked());

    if (end - start < NP_RUN_MEASURE) {
        np_run_lower_hints(start, 0, np_log2(end - start));
        return;
    }

    /* too long to measure: it may begin further down, and may have become the
     * first of any larger size */
    np_run_lower_hints(start, 0, np_log2(NP_RUN_MEASURE));
    np_run_lower_hints(start == least ? 0 : start, np_log2(NP_RUN_MEASURE) + 1,
                       NP_RUN_HINTS - 1);
}


int
np_run_shrink_locked(void)
{
    size_t old = np_window.granules;
    size_t end = np_run_scan_back(old, 0);

    np_window_shrink_locked(end);

    if (np_window.granules == old) {
        return 0;
    }

    /* what is mapped there next is fresh */
    np_run_counters.dirty_free
        -= np_run_count_dirty(np_window.granules, old - np_window.granules);
    np_run_mark_clean(np_window.granules, old - np_window.granules);
    np_run_lower_hints(end, 0, NP_RUN_HINTS - 1);

    return 1;
}


/* whole pages [g, g + n) that nobody uses: back to the system */
static size_t
np_run_purge_pages(size_t g, size_t n)
{
    if (np_mem_purge(np_window_address(g), n << NP_GRANULE_SHIFT) != 0) {
        return 0;
    }

    np_run_mark_clean(g, n);
    __atomic_fetch_add(&np_run_counters.purged, n << NP_GRANULE_SHIFT,
                       __ATOMIC_RELAXED);
    __atomic_fetch_add(&np_run_counters.purges, 1, __ATOMIC_RELAXED);

    return n << NP_GRANULE_SHIFT;
}


/* the dirty ones of the whole pages [g, end), stretch by stretch */
static size_t
np_run_purge_dirty(size_t g, size_t end)
{
    size_t page = np_run_page();
    size_t bytes = 0;
    size_t start;

    while (g < end) {
        if (!np_run_page_is_dirty(g, page)) {
            g += page;
            continue;
        }

        for (start = g; g < end && np_run_page_is_dirty(g, page); g += page) {
            /* the length of the stretch */
        }

        bytes += np_run_purge_pages(start, g - start);
    }

    return bytes;
}


size_t
np_run_purge_range(char *from, char *to)
{
    size_t page = np_mem_page();
    size_t g = np_window_granule((char *) np_align_up((size_t) from, page));
    size_t end = np_window_granule((char *) np_align_down((size_t) to, page));

    return g < end ? np_run_purge_dirty(g, end) : 0;
}


size_t
np_run_purge_locked(void)
{
    size_t page = np_run_page();
    size_t high = np_run_dirty_high;
    size_t bytes = 0;
    size_t g, start, end, first, last;

    high = high < np_window.granules ? high : np_window.granules;

    for (g = np_run_dirty_low; g < high; g = end) {
        start = np_run_scan(g, high, 0);
        end = np_run_scan(start, high, 1);
        first = np_align_up(start, page);
        last = np_align_down(end, page);

        if (first < last) {
            bytes += np_run_purge_dirty(first, last);
        }
    }

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

    for (g = 0; g < np_window.granules; g++) {
        if (np_run_bits(g)->used >> (g % 64) & 1) {
            used++;

        } else {
            dirty += np_run_count_dirty(g, 1);
        }
    }

    return used == np_run_counters.used && dirty == np_run_counters.dirty_free;
}
