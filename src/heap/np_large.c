#include "config.h"

#include "heap/np_large.h"

#include "heap/np_misuse.h"
#include "heap/np_stock.h"

/* a multiplicative hash of 32 bits (Knuth, TAOCP 3, 6.4): neighbours part */
#define NP_LARGE_MIX   UINT32_C(2654435769)
#define NP_LARGE_SHIFT 24


/* spreads starts over cache sets: of the bytes that are left over when n are
 * asked for, as many cache lines as l's place says stand in front */
static void
np_large_spread(np_large_t *l, size_t n)
{
    char  *run = l->start - l->front;
    size_t bytes = np_large_bytes(l);
    size_t lines = (bytes - n) / NP_CACHE_LINE;
    size_t most = NP_GRANULE / NP_CACHE_LINE - 1;
    size_t place = np_window_granule(run) * NP_LARGE_MIX >> NP_LARGE_SHIFT;

    lines = lines < most ? lines : most;
    l->front = (uint32_t) (place % (lines + 1) * NP_CACHE_LINE);
    l->start = run + l->front;
    l->size = bytes - l->front;
}


static np_large_t *
np_large_take_cached(np_heap_t *h, size_t size, size_t align, int *zero)
{
    unsigned    bin = np_large_bin(size);
    np_large_t *l = h->large[bin];

    if (l == NULL || (size_t) (l->start - l->front) % align != 0) {
        return NULL;
    }

    h->large[bin] = l->next;
    h->large_cached -= np_large_bytes(l);
    /* in this order: the child of a fork follows next, which is where
     * requested is */
    atomic_signal_fence(memory_order_seq_cst);
    l->requested = 0;
    atomic_store_explicit(&l->xstate, NP_LARGE_LIVE, memory_order_relaxed);
    *zero = 0;

    return l;
}


/* a run or mapping of size bytes, rounded up already */
static np_large_t *
np_large_take(np_heap_t *h, size_t size, size_t align, int *zero)
{
    np_large_t *l = NULL;
    int         any;

    if (h != NULL && size <= NP_LARGE_FINE) {
        l = np_large_take_cached(h, size, align, zero);

        if (l != NULL) {
            return l;
        }
    }

    if (size <= NP_LARGE_RUN && align <= NP_LARGE_RUN) {
        l = np_large_take_run(size, align, zero);

        if (l == NULL && h != NULL) {
            any = np_large_flush(h);
            any |= np_stock_flush_all(h);
            l = any ? np_large_take_run(size, align, zero) : NULL;
        }
    }

    /* too large for the window, or it is full or hemmed in */
    return l != NULL ? l : np_large_take_mapping(size, align, zero);
}


np_large_t *
np_large_alloc(np_heap_t *h, size_t n, size_t align, int *zero)
{
    np_large_t *l;

    if (n > PTRDIFF_MAX || align > PTRDIFF_MAX / 2) {
        return NULL;
    }

    l = np_large_take(h, np_large_round(n != 0 ? n : 1), align, zero);

    if (l != NULL && !l->mapped && np_large_bytes(l) <= NP_LARGE_FINE) {
        np_large_spread(l, align <= NP_CACHE_LINE ? n : np_large_bytes(l));
    }

    return l;
}


static void
np_large_empty_bin(np_heap_t *h, unsigned bin)
{
    np_large_t *l;

    while ((l = h->large[bin]) != NULL) {
        h->large[bin] = l->next;
        h->large_cached -= np_large_bytes(l);
        np_large_release(l);
    }
}


/* the bins are full: a hand goes round them, and empties the next one, so that
 * sizes which nobody asks for any more do not keep the room for ever */
static NP_NOINLINE void
np_large_make_room_slow(np_heap_t *h)
{
    np_large_empty_bin(h, h->large_hand);
    h->large_hand = (uint8_t) ((h->large_hand + 1) % NP_LARGE_BINS);
}


/* bytes that a thread may keep */
static size_t
np_large_share(void)
{
    size_t heaps = np_peek(np_heaps_now);
    size_t share = heaps > 1 ? NP_LARGE_CACHES / heaps : NP_LARGE_CACHE;

    share = share < NP_LARGE_CACHE ? share : NP_LARGE_CACHE;

    return share > NP_LARGE_FINE ? share : NP_LARGE_FINE;
}


void
np_large_free(np_heap_t *h, np_large_t *l)
{
    size_t   size = np_large_bytes(l);
    size_t   share = np_large_share();
    uint32_t live = NP_LARGE_LIVE;

    if (!atomic_compare_exchange_strong(&l->xstate, &live, NP_LARGE_CACHED)) {
        np_misuse("double free", l->start);
        return;
    }

    if (h == NULL || !h->attached || size > NP_LARGE_FINE || l->mapped) {
        np_large_release(l);
        return;
    }

    if (h->large_cached + size > share) {
        np_large_make_room_slow(h);
    }

    if (h->large_cached + size > share) {
        np_large_release(l);
        return;
    }

    l->next = h->large[np_large_bin(size)];
    /* likewise */
    atomic_signal_fence(memory_order_seq_cst);
    h->large[np_large_bin(size)] = l;
    h->large_cached += size;
}


int
np_large_flush(np_heap_t *h)
{
    size_t   cached = h->large_cached;
    unsigned bin;

    for (bin = 0; bin < NP_LARGE_BINS; bin++) {
        np_large_empty_bin(h, bin);
    }

    return cached != 0;
}
