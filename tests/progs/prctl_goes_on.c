/*
 * prctl, which the library looks at, does what it is asked, says what the
 * kernel says, and sets errno as libc's does.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>


int
main(void)
{
    char name[16];
    int  signal = 0;

    NP_NEED(prctl(PR_SET_NAME, "another") == 0);
    NP_NEED(prctl(PR_GET_NAME, name) == 0);
    NP_NEED(strcmp(name, "another") == 0);

    NP_NEED(prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0) == 0);
    NP_NEED(prctl(PR_GET_PDEATHSIG, &signal) == 0);
    NP_NEED(signal == SIGUSR1);

    errno = 0;
    NP_NEED(prctl(-1, 0, 0, 0, 0) == -1);
    NP_NEED(errno == EINVAL);

    errno = 0;
    NP_NEED(prctl(PR_GET_NAME, (char *) 1) == -1);
    NP_NEED(errno == EFAULT);

    errno = 1234;
    NP_NEED(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
    NP_NEED(errno == 1234);

    return 0;
}
