/*
 * The child of _Fork(), which runs no fork handlers, allocates and frees; so
 * does a child of its own made by fork().
 *
 * expect: exit 0
 */

#include "keep.h"

#include <sys/wait.h>


static void
use(unsigned n)
{
    void  *m[100];
    size_t i;

    for (i = 0; i < 100; i++) {
        m[i] = malloc(i * 60);
        NP_NEED(m[i] != NULL);
        np_keep_fill(m[i], i * 60, n);
    }

    for (i = 0; i < 100; i++) {
        NP_NEED(np_keep_is_filled(m[i], i * 60, n));
        free(m[i]);
    }
}


static void
reap(pid_t pid)
{
    int status;

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}


int
main(void)
{
    unsigned n;
    pid_t    pid, grandchild;

    for (n = 0; n < 100; n++) {
        use(n);
        pid = _Fork();

        if (pid == 0) {
            use(n + 1);
            grandchild = fork();

            if (grandchild == 0) {
                use(n + 2);
                _exit(0);
            }

            reap(grandchild);
            _exit(0);
        }

        reap(pid);
    }

    return 0;
}
