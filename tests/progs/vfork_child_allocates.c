/*
 * A child of vfork allocates and frees in its parent's memory, as some
 * programs do before they exec; the parent goes on with what it left.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <sys/wait.h>

static void *volatile left, *volatile mine;


int
main(void)
{
    volatile int n;
    pid_t        pid;
    int          status;

    for (n = 0; n < 500; n++) {
        mine = malloc(300);
        NP_NEED(mine != NULL);
        pid = vfork();

        if (pid == 0) {
            free(mine);
            left = malloc((size_t) n * 10 + 1);
            NP_NEED(left != NULL);
            np_keep_fill(left, (size_t) n * 10 + 1, (unsigned) n);
            _exit(0);
        }

        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        NP_NEED(np_keep_is_filled(left, (size_t) n * 10 + 1, (unsigned) n));
        free(left);
    }

    return 0;
}
