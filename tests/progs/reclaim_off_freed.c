/*
 * With NGXPOOL_RECLAIM=off, too, what was freed can be neither resized nor
 * asked for its size, nor freed again.
 *
 * env: NGXPOOL_RECLAIM=off
 * expect: fatal "double free"
 */

#include "dies.h"

#include <malloc.h>


static void
grow(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    np_keep(realloc(np_keep(m), size * 10));
}


static void
shrink(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    np_keep(realloc(np_keep(m), size / 2 + 1));
}


static void
ask(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    _exit(malloc_usable_size(np_keep(m)) == size);
}


int
main(void)
{
    void  *m;
    size_t i;

    for (i = 0; i < NP_DIES_COUNT(np_dies_small); i++) {
        np_dies(grow, np_dies_small[i], "realloc of freed memory");
        np_dies(shrink, np_dies_small[i], "realloc of freed memory");
        np_dies(ask, np_dies_small[i], "malloc_usable_size of freed memory");
    }

    m = np_keep(malloc(100));
    free(np_keep(m));
    free(np_keep(m));

    return 0;
}
