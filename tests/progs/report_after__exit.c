/*
 * _exit() makes the report.
 *
 * expect: exit 3
 * expect: reports 1
 * report: file
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    _exit(3);
}
