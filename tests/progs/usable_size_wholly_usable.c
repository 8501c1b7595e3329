/*
 * malloc_usable_size is at least the request, the same whenever asked, every
 * byte of it may be written, and realloc copies every byte of it.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>


static void
check(void *m, size_t n)
{
    void  *beside = malloc(n);
    size_t usable = malloc_usable_size(m);

    NP_NEED(m != NULL && beside != NULL && usable >= n);
    np_keep_fill(beside, n, 1);
    np_keep_fill(m, usable, 2);
    NP_NEED(np_keep_is_filled(beside, n, 1));
    NP_NEED(malloc_usable_size(m) == usable);
    m = realloc(m, usable * 2 + 100);
    NP_NEED(m != NULL && np_keep_is_filled(m, usable, 2));
    usable = malloc_usable_size(m);
    np_keep_fill(m, usable, 3);
    m = realloc(m, n / 2 + 1);
    NP_NEED(m != NULL && np_keep_is_filled(m, n / 2 + 1, 3));
    NP_NEED(np_keep_is_filled(beside, n, 1));
    free(m);
    free(beside);
}


int
main(void)
{
    size_t n;

    NP_NEED(malloc_usable_size(NULL) == 0);

    for (n = 0; n < 5000; n += n < 300 ? 1 : 13) {
        check(malloc(n), n);
        check(calloc(1, n), n);
        check(memalign(64, n), n);
    }

    for (n = 5000; n < 3000000; n += n / 3) {
        check(malloc(n), n);
        check(memalign(4096, n), n);
    }

    return 0;
}
