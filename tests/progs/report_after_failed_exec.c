/*
 * exec that fails leaves the program as it was: it allocates on, and its
 * report at exit is one whole report.
 *
 * expect: exit 0
 * expect: reports 1
 * report: file
 */

#include "keep.h"

#include <errno.h>


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    NP_NEED(execl("/nonexistent/true", "true", (char *) NULL) == -1);
    NP_NEED(errno == ENOENT);
    free(np_keep(malloc(50000)));

    return 0;
}
