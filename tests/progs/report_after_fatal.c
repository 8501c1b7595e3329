/*
 * A double free ends the program with its line and with a report.
 *
 * expect: fatal "double free"
 * expect: reports 1
 * report: file
 */

#include "keep.h"


int
main(void)
{
    void *m = np_keep(malloc(100)), *beside = np_keep(malloc(100));

    NP_NEED(m != NULL && beside != NULL);
    free(np_keep(m));
    free(np_keep(m));

    return 0;
}
