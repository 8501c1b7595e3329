#include "config.h"

#include "heap/np_count.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "heap/np_heap.h"

static struct {
    np_count_t      retired;
    _Atomic int64_t xlive_requested;
    _Atomic int64_t xpeak_requested;
    _Atomic int64_t xlive_bytes;
    _Atomic int64_t xpeak_bytes;
} np_counts;


static unsigned
np_count_range(size_t n)
{
    unsigned k = n <= 1 ? 0 : np_log2(n - 1) + 1;

    return k < NP_STATS_RANGES ? k : NP_STATS_RANGES - 1;
}


static void
np_count_raise(_Atomic int64_t *live, _Atomic int64_t *peak, int64_t *more)
{
    int64_t old = atomic_load_explicit(peak, memory_order_relaxed);
    int64_t now;

    if (__libc_single_threaded) {
        now = atomic_load_explicit(live, memory_order_relaxed) + *more;
        atomic_store_explicit(live, now, memory_order_relaxed);

    } else {
        now = atomic_fetch_add_explicit(live, *more, memory_order_relaxed)
              + *more;
    }

    *more = 0;

    while (now > old
           && !atomic_compare_exchange_weak_explicit(
               peak, &old, now, memory_order_relaxed, memory_order_relaxed)) {
        /* somebody else raised it: old is what it is now */
    }
}


static void
np_count_live(np_count_t *count, int64_t requested, int64_t bytes)
{
    int64_t step = __libc_single_threaded ? 0 : NP_COUNT_STEP;

    count->live_requested += requested;
    count->live_bytes += bytes;

    if (count->live_bytes > step || count->live_bytes < -step
        || count->live_requested > step || count->live_requested < -step) {
        np_count_raise(&np_counts.xlive_requested, &np_counts.xpeak_requested,
                       &count->live_requested);
        np_count_raise(&np_counts.xlive_bytes, &np_counts.xpeak_bytes,
                       &count->live_bytes);
    }
}


void
np_count_alloc(np_count_t *count, unsigned c, size_t n, size_t bytes)
{
    np_count_cell_t *class = &count->class[c];
    np_count_cell_t *range = &count->range[np_count_range(n)];

    class->allocs++;
    class->requested += n;
    class->live_requested += (int64_t) n;
    range->allocs++;
    range->requested += n;
    range->live_requested += (int64_t) n;
    np_count_live(count, (int64_t) n, (int64_t) bytes);
}


void
np_count_free(np_count_t *count, unsigned c, size_t n, size_t bytes)
{
    np_count_cell_t *class = &count->class[c];
    np_count_cell_t *range = &count->range[np_count_range(n)];

    class->frees++;
    class->live_requested -= (int64_t) n;
    range->frees++;
    range->live_requested -= (int64_t) n;
    np_count_live(count, -(int64_t) n, -(int64_t) bytes);
}


void
np_count_resize(np_count_t *count, unsigned c, size_t old, size_t n,
                int64_t more_bytes)
{
    int64_t more = (int64_t) n - (int64_t) old;

    count->class[c].live_requested += more;
    count->range[np_count_range(old)].live_requested -= (int64_t) old;
    count->range[np_count_range(n)].live_requested += (int64_t) n;

    if (more > 0) {
        count->class[c].requested += (uint64_t) more;
        count->range[np_count_range(n)].requested += (uint64_t) more;
    }

    np_count_live(count, more, more_bytes);
}


static void
np_count_add_cell(np_count_cell_t *to, const np_count_cell_t *from)
{
    to->allocs += from->allocs;
    to->frees += from->frees;
    to->requested += from->requested;
    to->live_requested += from->live_requested;
}


void
np_count_retire_locked(np_count_t *count)
{
    unsigned i;

    for (i = 0; i < NP_CLASSES; i++) {
        np_count_add_cell(&np_counts.retired.class[i], &count -> class[i]);
    }

    for (i = 0; i < NP_STATS_RANGES; i++) {
        np_count_add_cell(&np_counts.retired.range[i], &count->range[i]);
    }

    np_counts.retired.reallocs += count->reallocs;
    np_count_raise(&np_counts.xlive_requested, &np_counts.xpeak_requested,
                   &count->live_requested);
    np_count_raise(&np_counts.xlive_bytes, &np_counts.xpeak_bytes,
                   &count->live_bytes);
    memset(count, 0, sizeof(*count));
}


/* the thread of the counters goes on counting */
NP_RACY void
np_count_add_locked(np_stats_t *s, const np_count_t *count)
{
    const np_count_cell_t *cell;
    unsigned               i;

    for (i = 0; i < NP_CLASSES; i++) {
        cell = &count->class[i];
        s->pool[i].allocs += cell->allocs;
        s->pool[i].frees += cell->frees;
        s->pool[i].requested += cell->requested;
        /* what is requested comes off what is allocated: np_stats.c */
        s->pool[i].slack_bytes -= (uint64_t) cell->live_requested;
        s->allocs += cell->allocs;
        s->frees += cell->frees;
        s->requested += cell->requested;
    }

    for (i = 0; i < NP_STATS_RANGES; i++) {
        cell = &count->range[i];
        s->range[i].allocs += cell->allocs;
        s->range[i].frees += cell->frees;
        s->range[i].requested += cell->requested;
        s->range[i].live_requested += (uint64_t) cell->live_requested;
    }

    s->reallocs += count->reallocs;
    s->live_requested += (uint64_t) count->live_requested;
}


void
np_count_add_process_locked(np_stats_t *s)
{
    np_count_add_locked(s, &np_counts.retired);
    s->live_requested += (uint64_t) atomic_load(&np_counts.xlive_requested);
    s->peak_requested = (uint64_t) atomic_load(&np_counts.xpeak_requested);
    s->peak_bytes = (uint64_t) atomic_load(&np_counts.xpeak_bytes);
}
