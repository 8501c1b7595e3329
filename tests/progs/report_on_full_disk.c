/*
 * A report for which there is no room: the program ends as it would, and a
 * line says so.
 *
 * env: NGXPOOL_REPORT=/dev/full
 * only: libngxpool
 * expect: exit 7
 * expect: says "NGXPOOL_REPORT=/dev/full: cannot be written: its disk is full"
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(100)) != NULL);

    return 7;
}
