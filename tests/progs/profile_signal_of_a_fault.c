/*
 * NGXPOOL_PROFILE_SIGNAL is one that faults bring: it is left alone, since a
 * handler that returns to the fault would never end.
 *
 * env: NGXPOOL_PROFILE_SIGNAL=11
 * only: libngxpool
 * timeout: 20
 * expect: signal SEGV
 * expect: says "ngxpool: NGXPOOL_PROFILE_SIGNAL=11: not a signal that can be"
 */

#include "keep.h"


int
main(void)
{
    *(volatile char *) np_keep(NULL) = 1;

    return 0;
}
