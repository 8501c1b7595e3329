/*
 * aligned_alloc and memalign take sizes that are no multiple of the
 * alignment; an alignment that is no power of two is refused with EINVAL or
 * rounded up, as glibc's versions do; one that cannot be is refused.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>


static void
odd(void *m, size_t a)
{
    if (m == NULL) {
        NP_NEED(errno == EINVAL);
        return;
    }

    while ((a & (a - 1)) != 0) {
        a += a & -a;
    }

    NP_NEED((uintptr_t) m % a == 0);
    np_keep_fill(m, 100, 1);
    free(m);
}


int
main(void)
{
    static const size_t none[] = {SIZE_MAX / 2 + 2, SIZE_MAX - 1, SIZE_MAX};
    size_t              a, i;
    void               *m;

    for (a = 16; a <= 1 << 20; a *= 2) {
        m = aligned_alloc(a, 3);
        NP_NEED(m != NULL && (uintptr_t) m % a == 0);
        free(m);
        m = aligned_alloc(a, a + 1);
        NP_NEED(m != NULL && (uintptr_t) m % a == 0);
        np_keep_fill(m, a + 1, 1);
        free(m);
    }

    for (a = 3; a < 5000; a += 7) {
        odd(aligned_alloc(a, 100), a);
        odd(memalign(a, 100), a);
    }

    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        errno = 0;
        NP_NEED(np_keep(memalign(np_keep_size(none[i]), 1)) == NULL);
        NP_NEED(errno == EINVAL || errno == ENOMEM);
        errno = 0;
        NP_NEED(np_keep(aligned_alloc(np_keep_size(none[i]), 1)) == NULL);
        NP_NEED(errno == EINVAL || errno == ENOMEM);
    }

    return 0;
}
