/*
 * vfork and exec in a program whose threads allocate.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

static int xstop;
static void *volatile made;


static void *
work(void *unused)
{
    void  *m;
    size_t n;

    for (n = 0; !__atomic_load_n(&xstop, __ATOMIC_RELAXED); n++) {
        m = np_keep(malloc(n % 3000));
        NP_NEED(m != NULL);
        free(m);
    }

    return unused;
}


int
main(void)
{
    pthread_t thread;
    pid_t     pid;
    int       n, status;

    NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);

    for (n = 0; n < 200; n++) {
        made = malloc(200);
        NP_NEED(made != NULL);
        pid = vfork();

        if (pid == 0) {
            execl("/bin/sh", "sh", "-c", "exit 7", (char *) NULL);
            _exit(1);
        }

        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        free(made);
    }

    __atomic_store_n(&xstop, 1, __ATOMIC_RELAXED);
    NP_NEED(pthread_join(thread, NULL) == 0);

    return 0;
}
