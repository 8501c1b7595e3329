/*
 * A double free that ends the program by NGXPOOL_ABORT=exit leaves a report,
 * too.
 *
 * expect: exit 134
 * expect: reports 1
 * report: file
 * env: NGXPOOL_ABORT=exit
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
