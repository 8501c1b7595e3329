/*
 * With NGXPOOL_GUARD=1 a write behind a large block faults, be it of a size
 * that is asked for so often that it would otherwise get pools.
 *
 * expect: signal SEGV
 * only: libngxpool
 * env: NGXPOOL_GUARD=1
 */

#include "keep.h"

#define SIZE 5008
#define MANY 1000


int
main(void)
{
    char  *m = NULL;
    size_t i;

    for (i = 0; i < MANY; i++) {
        m = (char *) np_keep(malloc(SIZE));
        NP_NEED(m != NULL);
        memset(m, 1, SIZE);
    }

    m[np_keep_size(SIZE)] = 1;
    np_keep(m);

    return 0;
}
