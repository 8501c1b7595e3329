/*
 * The report reaches the standard error of the start although the program
 * closed it, as coreutils do at exit.
 *
 * expect: exit 0
 * expect: reports 1
 * report: stderr
 */

#include "keep.h"


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    NP_NEED(fclose(stdout) == 0);
    NP_NEED(fclose(stderr) == 0);

    return 0;
}
