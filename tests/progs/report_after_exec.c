/*
 * A program that becomes another by exec makes its report, and so does the
 * other one.
 *
 * expect: exit 0
 * expect: reports 2
 * report: file
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    execl("/bin/true", "true", (char *) NULL);

    return 1;
}
