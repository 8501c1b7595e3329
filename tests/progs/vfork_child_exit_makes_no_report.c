/*
 * A child of vfork that ends by _exit() is not the end of its parent: one
 * report, of the parent at its end.
 *
 * expect: exit 0
 * expect: reports 1
 * report: file
 */

#include "keep.h"

#include <sys/wait.h>


int
main(void)
{
    volatile int n;
    pid_t        pid;
    int          status;

    for (n = 0; n < 5; n++) {
        pid = vfork();

        if (pid == 0) {
            _exit(4);
        }

        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 4);
    }

    return 0;
}
