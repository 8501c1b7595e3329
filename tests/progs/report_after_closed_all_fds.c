/*
 * A program that closes all its descriptors still leaves a report in a file.
 *
 * expect: exit 0
 * expect: reports 1
 * report: file
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    NP_NEED(close_range(0, ~0U, 0) == 0);

    return 0;
}
