/*
 * NGXPOOL_CHECK=1 gives memory that holds neither zeros nor what was in it,
 * and calloc still gives zeros.
 *
 * expect: exit 0
 * needs: reclaim
 * env: NGXPOOL_CHECK=1
 * only: libngxpool
 */

#include "keep.h"


static size_t
count(const char *m, size_t n, char byte)
{
    size_t i, found = 0;

    for (i = 0; i < n; i++) {
        found += m[i] == byte;
    }

    return found;
}


int
main(void)
{
    static const size_t sizes[] = {64, 200, 1000, 4000, 10000};
    char               *m;
    size_t              i, k;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (k = 0; k < 100; k++) {
            m = np_keep(malloc(sizes[i]));
            NP_NEED(m != NULL);
            NP_NEED(count(m, sizes[i], 'x') < sizes[i] / 4);
            NP_NEED(count(m, sizes[i], 0) < sizes[i] / 4);
            memset(m, 'x', sizes[i]);
            free(np_keep(m));
            m = np_keep(calloc(1, sizes[i]));
            NP_NEED(m != NULL && np_keep_is_zero(m, sizes[i]));
            memset(m, 'x', sizes[i]);
            free(np_keep(m));
        }
    }

    return 0;
}
