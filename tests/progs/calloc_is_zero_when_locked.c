/*
 * calloc is zero in a process whose pages are locked in memory, where
 * MADV_DONTNEED fails, and so may what is tried then: it zeroes nothing.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>


int
main(void)
{
    struct rlimit limit;
    void         *m[64];
    size_t        i, size;

    NP_NEED(getrlimit(RLIMIT_MEMLOCK, &limit) == 0);

    if (limit.rlim_cur != RLIM_INFINITY && geteuid() != 0) {
        np_keep_skip("memory may not be locked here");
    }

    if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
        np_keep_skip("memory cannot be locked here");
    }

    for (size = 64; size <= 1 << 21; size *= 2) {
        for (i = 0; i < 64; i++) {
            m[i] = malloc(size);
            NP_NEED(m[i] != NULL);
            memset(m[i], 0x5a, size);
        }

        for (i = 0; i < 64; i++) {
            free(m[i]);
        }

        malloc_trim(0);

        for (i = 0; i < 64; i++) {
            m[i] = calloc(1, size);
            NP_NEED(m[i] != NULL && np_keep_is_zero(m[i], size));
        }

        for (i = 0; i < 64; i++) {
            free(m[i]);
        }
    }

    return 0;
}
