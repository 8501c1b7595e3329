#ifndef NP_GRANULE_H
#define NP_GRANULE_H

/*
 * Which granules are used, and which pages may hold data: 16 bytes for 64
 * granules in the window's bits area, apart from the memory itself.
 *
 *      used    bit set: the granule belongs to a run; runs lock
 *      xdirty  bit set: the page may be resident and not zero; one bit a
 *              page, numbered within the 64 granules; atomic
 *
 * Granules are numbered from the window's base.  Runs lock held, except for
 * the dirty bits.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/np_bits.h"
#include "base/np_check.h"
#include "map/np_window.h"
#include "os/np_mem.h"

typedef struct {
    uint64_t         used;
    _Atomic uint64_t xdirty;
} np_granule_bits_t;


NP_INLINE np_granule_bits_t *
np_granule_bits(size_t g)
{
    return (np_granule_bits_t *) (np_window.tables - NP_WINDOW_BITS) + g / 64;
}


/* granules of a page */
NP_INLINE size_t
np_granule_page(void)
{
    return np_mem_page() >> NP_GRANULE_SHIFT;
}


/* first granule in [g, end) whose used bit is `used`, or end */
static inline size_t
np_granule_scan(size_t g, size_t end, int used)
{
    uint64_t set;
    uint64_t flip = used ? 0 : ~(uint64_t) 0;

    while (g < end) {
        set = (np_granule_bits(g)->used ^ flip) >> (g % 64);

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
static inline size_t
np_granule_scan_back(size_t g, size_t least)
{
    uint64_t set;

    while (g > least) {
        set = np_granule_bits(g - 1)->used << (63 - (g - 1) % 64);

        if (set != 0) {
            g -= (size_t) __builtin_clzll(set);
            return g > least ? g : least;
        }

        g = (g - 1) & ~(size_t) 63;
    }

    return least;
}


/* all n granules from g on change to `used` */
static inline void
np_granule_set(size_t g, size_t n, int used)
{
    np_granule_bits_t *bits;
    uint64_t           mask;
    size_t             here;

    while (n != 0) {
        here = 64 - g % 64 < n ? 64 - g % 64 : n;
        mask = np_bit_first((unsigned) here) << (g % 64);
        bits = np_granule_bits(g);
        np_assert(used ? (bits->used & mask) == 0
                       : (bits->used & mask) == mask);
        bits->used ^= mask;
        g += here;
        n -= here;
    }
}


/* the dirty bit of the page that g lies in, a page of so many granules */
NP_INLINE uint64_t
np_granule_dirty_bit(size_t g, size_t page)
{
    return (uint64_t) 1 << (page >= 64 ? 0 : g % 64 / page);
}


NP_INLINE int
np_granule_is_dirty(size_t g, size_t page)
{
    g = np_align_down(g, page);

    return (atomic_load_explicit(&np_granule_bits(g)->xdirty,
                                 memory_order_relaxed)
            & np_granule_dirty_bit(g, page))
           != 0;
}

#endif
