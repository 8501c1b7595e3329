/*
 * A report for which there is no room: the program ends as it would.
 *
 * env: NGXPOOL_REPORT=/dev/full
 * expect: exit 7
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(100)) != NULL);

    return 7;
}
