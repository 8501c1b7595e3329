/*
 * calloc gives NULL and ENOMEM when its product is no size_t.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>


static void
refused(size_t count, size_t size)
{
    errno = 0;
    NP_NEED(np_keep(calloc(np_keep_size(count), np_keep_size(size))) == NULL);
    NP_NEED(errno == ENOMEM);
}


int
main(void)
{
    refused((size_t) 1 << 32, (size_t) 1 << 32);
    refused(((size_t) 1 << 32) + 1, ((size_t) 1 << 32) - 1);
    refused(SIZE_MAX, 2);
    refused(2, SIZE_MAX);
    refused(SIZE_MAX, SIZE_MAX);
    refused(SIZE_MAX / 2 + 2, 2);
    refused(SIZE_MAX / 16 + 2, 16);
    refused(16, SIZE_MAX / 16 + 2);
    refused(3, SIZE_MAX / 3 + 1);

    return 0;
}
