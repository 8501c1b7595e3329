/*
 * reallocarray gives NULL and ENOMEM when its product is no size_t, and the
 * block it was given stays; otherwise it is realloc.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>


static void
refused(void *m, size_t count, size_t size)
{
    errno = 0;
    NP_NEED(np_keep(reallocarray(m, np_keep_size(count), np_keep_size(size)))
            == NULL);
    NP_NEED(errno == ENOMEM);
}


int
main(void)
{
    void *m = reallocarray(NULL, 10, 30);

    NP_NEED(m != NULL);
    np_keep_fill(m, 300, 1);
    refused(m, (size_t) 1 << 32, (size_t) 1 << 32);
    refused(m, SIZE_MAX, 2);
    refused(m, 2, SIZE_MAX);
    refused(m, SIZE_MAX / 16 + 2, 16);
    refused(NULL, 16, SIZE_MAX / 16 + 2);
    NP_NEED(np_keep_is_filled(m, 300, 1));
    m = reallocarray(m, 100, 300);
    NP_NEED(m != NULL && np_keep_is_filled(m, 300, 1));
    free(m);

    return 0;
}
