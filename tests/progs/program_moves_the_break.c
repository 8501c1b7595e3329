/*
 * A program that takes memory with sbrk between its mallocs finds each in
 * order: the allocator does not use the break.
 *
 * expect: exit 0
 * only: libngxpool
 */

#include "keep.h"


int
main(void)
{
    char  *start = sbrk(0), *m;
    size_t n;

    for (n = 0; n < 200; n++) {
        m = sbrk(4096);
        NP_NEED(m == start + n * 4096);
        np_keep_fill(m, 4096, (unsigned) n);
        NP_NEED(np_keep(malloc(n * 700)) != NULL);
    }

    for (n = 0; n < 200; n++) {
        NP_NEED(np_keep_is_filled(start + n * 4096, 4096, (unsigned) n));
    }

    return 0;
}
