/*
 * posix_memalign gives EINVAL for alignments that are no power of two or no
 * multiple of a pointer, leaving the pointer and errno alone.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>


int
main(void)
{
    static const size_t bad[]
        = {0,  1,  2,    3,    4,    5,    7,    12,           17,
           24, 48, 1000, 4095, 4097, 6144, 3072, SIZE_MAX / 2, SIZE_MAX};
    void  *m = (void *) bad;
    size_t i, a;

    errno = 77;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        NP_NEED(posix_memalign(&m, bad[i], 100) == EINVAL);
        NP_NEED(m == (void *) bad && errno == 77);
    }

    for (a = sizeof(void *); a <= 1 << 20; a *= 2) {
        NP_NEED(posix_memalign(&m, a, 100) == 0);
        NP_NEED(m != NULL && (uintptr_t) m % a == 0 && errno == 77);
        free(m);
    }

    return 0;
}
