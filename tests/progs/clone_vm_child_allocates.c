/*
 * A child made by clone(CLONE_VM | CLONE_VFORK), with a stack of its own and
 * no fork handlers run, allocates and frees in its parent's memory.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

static char  stack[256 * 1024] __attribute__((aligned(16)));
static void *left, *mine;


static int
child(void *number)
{
    size_t n = (size_t) (uintptr_t) number;

    free(mine);
    left = malloc(n * 10 + 1);
    NP_NEED(left != NULL);
    np_keep_fill(left, n * 10 + 1, (unsigned) n);

    return 0;
}


int
main(void)
{
    size_t n;
    pid_t  pid;
    int    status;

    for (n = 0; n < 500; n++) {
        mine = malloc(300);
        NP_NEED(mine != NULL);
        pid = clone(child, stack + sizeof(stack),
                    CLONE_VM | CLONE_VFORK | SIGCHLD, (void *) n);
        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        NP_NEED(np_keep_is_filled(left, n * 10 + 1, (unsigned) n));
        free(left);
    }

    return 0;
}
