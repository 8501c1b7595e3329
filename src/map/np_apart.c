#include "config.h"

#include "map/np_apart.h"

#include <stdatomic.h>

#include "base/np_bits.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

/* kept free above the window's base, and below it: a block there may grow
 * where it is, and must not run into the tables */
#define NP_APART_ABOVE ((uintptr_t) 256 << 30)
#define NP_APART_BELOW ((uintptr_t) 1 << 40)
/* a smaller part has no room to choose from */
#define NP_APART_LEAST ((uintptr_t) 8 << 40)
#define NP_APART_TRIES 2

static struct {
    uintptr_t        low;
    uintptr_t        high; /* 0: the kernel chooses */
    uintptr_t        base; /* of the window */
    uint64_t         random;
    _Atomic uint64_t xcount;
} np_apart;


void
np_apart_init(uintptr_t low, uintptr_t high, uintptr_t base, uint64_t random)
{
    if (high - low >= NP_APART_LEAST) {
        np_apart.low = low;
        np_apart.high = high;
        np_apart.base = base;
        np_apart.random = random;
    }
}


/* a place for n bytes, or 0 if the one that chance gave is not to be had */
static uintptr_t
np_apart_place(size_t n, size_t align)
{
    uint64_t count
        = atomic_fetch_add_explicit(&np_apart.xcount, 1, memory_order_relaxed);
    uint64_t  random = np_proc_mix(np_apart.random + count);
    size_t    width = np_apart.high - np_apart.low;
    uintptr_t m;

    if (n > width / 4 || align > width / 4) {
        return 0;
    }

    m = np_align_up(np_apart.low + random % (width - n - align), align);

    return m + n > np_apart.base - NP_APART_BELOW
                   && m < np_apart.base + NP_APART_ABOVE
               ? 0
               : m;
}


void *
np_apart_map(size_t n, size_t align)
{
    size_t    page = np_mem_page();
    uintptr_t place;
    void     *m;
    int       i;

    align = align > page ? align : page;

    for (i = 0; i < NP_APART_TRIES && np_apart.high != 0; i++) {
        place = np_apart_place(n, align);
        m = place != 0 ? np_mem_map_at((void *) place, n) : NULL;

        if (m != NULL) {
            return m;
        }
    }

    return align <= page ? np_mem_map(n) : np_mem_map_aligned(n, align);
}
