/*
 * Requests around and above PTRDIFF_MAX give NULL and ENOMEM from the whole
 * family, and a block that could not grow is still there.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>

#define NP_REFUSED(call)                                                      \
    do {                                                                      \
        errno = 0;                                                            \
        NP_NEED(np_keep(call) == NULL);                                       \
        NP_NEED(errno == ENOMEM);                                             \
    } while (0)


int
main(void)
{
    static const size_t list[] = {
        (size_t) PTRDIFF_MAX - 1,
        (size_t) PTRDIFF_MAX,
        (size_t) PTRDIFF_MAX + 1,
        (size_t) PTRDIFF_MAX + 4096,
        SIZE_MAX - 65536,
        SIZE_MAX - 4096,
        SIZE_MAX - 15,
        SIZE_MAX - 1,
        SIZE_MAX,
        (size_t) 1 << 62,
    };
    void  *m = malloc(100), *least = malloc(0), *unset = &errno;
    size_t i, n;

    np_keep_fill(m, 100, 1);

    for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        n = np_keep_size(list[i]);
        NP_REFUSED(malloc(n));
        NP_REFUSED(calloc(1, n));
        NP_REFUSED(calloc(n, 1));
        NP_REFUSED(realloc(NULL, n));
        NP_REFUSED(realloc(np_keep(m), n));
        NP_REFUSED(realloc(np_keep(least), n));
        NP_REFUSED(reallocarray(np_keep(m), 1, n));
        NP_REFUSED(memalign(64, n));
        NP_REFUSED(memalign(65536, n));
        NP_REFUSED(aligned_alloc(64, n));
        NP_REFUSED(valloc(n));
        NP_REFUSED(pvalloc(n));
        NP_NEED(posix_memalign(&unset, 64, n) == ENOMEM);
        NP_NEED(unset == &errno);
    }

    NP_NEED(np_keep_is_filled(m, 100, 1));
    free(m);
    free(least);

    return 0;
}
