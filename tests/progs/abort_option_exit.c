/*
 * NGXPOOL_ABORT=exit: the line, and exit status 134 without a signal.
 *
 * expect: exit 134
 * expect: says "ngxpool: fatal: double free"
 * env: NGXPOOL_ABORT=exit
 * only: libngxpool
 */

#include "keep.h"


int
main(void)
{
    void *m = np_keep(malloc(100));

    free(np_keep(m));
    free(np_keep(m));

    return 0;
}
