#include "config.h"

#include "profile/np_reach.h"

#include <stddef.h>

#include "os/np_mem.h"


NP_NOINLINE int
np_reach_probe(np_reach_t *r, uintptr_t p)
{
    size_t    page = np_mem_page();
    uintptr_t low = p & ~(uintptr_t) (page - 1);
    uintptr_t high = low + page;

    if (!np_mem_is_readable((const void *) p)) {
        return 0;
    }

    if (low != r->high && high != r->low) {
        r->low = low;
        r->high = high;
    }

    r->low = low < r->low ? low : r->low;
    r->high = high > r->high ? high : r->high;

    return 1;
}
