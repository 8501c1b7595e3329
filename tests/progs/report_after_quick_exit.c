/*
 * quick_exit() makes the report, once, after its handlers.
 *
 * expect: exit 3
 * expect: reports 1
 * report: file
 */

#include "keep.h"

static void
handler(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
}


int
main(void)
{
    NP_NEED(at_quick_exit(handler) == 0);
    quick_exit(3);
}
