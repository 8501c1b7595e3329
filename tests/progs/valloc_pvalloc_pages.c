/*
 * valloc and pvalloc align to a page; pvalloc's objects are whole pages.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>


int
main(void)
{
    size_t page = (size_t) sysconf(_SC_PAGESIZE);
    size_t n, whole;
    void  *m;

    for (n = 1; n < 5 * page; n += 333) {
        m = valloc(n);
        NP_NEED(m != NULL && (uintptr_t) m % page == 0);
        np_keep_fill(m, n, 1);
        free(m);
        whole = (n + page - 1) / page * page;
        m = pvalloc(n);
        NP_NEED(m != NULL && (uintptr_t) m % page == 0);
        NP_NEED(malloc_usable_size(m) >= whole);
        np_keep_fill(m, whole, 2);
        free(m);
    }

    return 0;
}
