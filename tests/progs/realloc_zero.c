/*
 * realloc(m, 0) frees m and gives NULL, as glibc's does; realloc(NULL, 0) is
 * malloc(0).  Freed it was: the process stays small.
 *
 * expect: exit 0
 * needs: reclaim
 */

#include "keep.h"

static const size_t sizes[] = {16, 1000, 4096, 100000, 2 << 20};


int
main(void)
{
    size_t i, n;
    void  *m;

    for (i = 0; i < 50000; i++) {
        n = sizes[i % (i % 500 == 4 ? 5 : 4)];
        m = malloc(n);
        NP_NEED(m != NULL);
        memset(m, 1, n);
        NP_NEED(np_keep(realloc(np_keep(m), np_keep_size(0))) == NULL);
    }

    m = np_keep(realloc(NULL, np_keep_size(0)));
    NP_NEED(m != NULL);
    free(m);
    NP_NEED(np_keep_status("VmHWM:") <= 16 * 1024);

    return 0;
}
