/*
 * Where the file of the report cannot be created, standard error gets it, and
 * a line that says so, although the program has closed its own.
 *
 * expect: exit 0
 * expect: says "cannot be written: there is no such file or folder"
 * expect: says "report_without_its_file"
 * env: NGXPOOL_REPORT=/nonexistent/report
 * only: libngxpool
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(100)) != NULL);
    close(STDERR_FILENO);

    return 0;
}
