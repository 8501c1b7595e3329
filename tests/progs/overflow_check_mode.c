/*
 * NGXPOOL_CHECK=1 sees one byte written behind an object when that is freed
 * or resized, in every size.
 *
 * expect: fatal "overflow"
 * needs: reclaim unguarded
 * env: NGXPOOL_CHECK=1
 */

#include "dies.h"

#include <malloc.h>


static void
freed(size_t size)
{
    char *m = np_keep(malloc(size));

    m[malloc_usable_size(m)] ^= 0x55;
    free(np_keep(m));
}


static void
resized(size_t size)
{
    char *m = np_keep(malloc(size));

    m[malloc_usable_size(m)] ^= 0x55;
    free(np_keep(realloc(np_keep(m), size * 3)));
}


int
main(void)
{
    np_dies_each(freed, "overflow", "overflow");
    np_dies_each(resized, "overflow", "overflow");
    freed(10);

    return 0;
}
