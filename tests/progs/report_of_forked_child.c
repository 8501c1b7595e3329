/*
 * Each process of fork makes its own report, one of them by _exit().
 *
 * expect: exit 0
 * expect: reports 3
 * report: file
 */

#include "keep.h"

#include <sys/wait.h>


static void
child(int with_handlers)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        NP_NEED(np_keep(malloc(5000)) != NULL);

        if (with_handlers) {
            exit(0);
        }

        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}


int
main(void)
{
    child(0);
    child(1);

    return 0;
}
