/*
 * A program that dies of SIGTERM by default leaves a report.
 *
 * expect: signal TERM
 * expect: reports 1
 * report: file
 */

#include "keep.h"

#include <signal.h>


int
main(void)
{
    NP_NEED(np_keep(malloc(5000)) != NULL);
    kill(getpid(), SIGTERM);
    pause();

    return 1;
}
