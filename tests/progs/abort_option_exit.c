/*
 * NGXPOOL_ABORT=exit: the line, and exit status 134 without a signal.
 *
 * expect: exit 0
 * expect: says "ngxpool: fatal: double free"
 * env: NGXPOOL_ABORT=exit
 * only: libngxpool
 */

#include "keep.h"

#include <sys/wait.h>


int
main(void)
{
    void *m = np_keep(malloc(100));
    pid_t pid = fork();
    int   status;

    NP_NEED(pid >= 0);

    if (pid == 0) {
        free(np_keep(m));
        free(np_keep(m));
        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 134);

    return 0;
}
