/*
 * A program's own fork handlers, registered before main, allocate and free
 * in prepare, parent and child while other threads do: no deadlock, whatever
 * the order of the allocator's handlers.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

static void *made;
static int   xstop, prepared, in_parent;


static void
prepare(void)
{
    made = malloc(700);
    NP_NEED(made != NULL);
    np_keep_fill(made, 700, 5);
    prepared++;
}


static void
after(void)
{
    void *m = np_keep(malloc(70000));

    NP_NEED(m != NULL);
    NP_NEED(np_keep_is_filled(made, 700, 5));
    free(made);
    free(m);
}


static void
parent(void)
{
    after();
    in_parent++;
}


__attribute__((constructor)) static void
at_start(void)
{
    NP_NEED(pthread_atfork(prepare, parent, after) == 0);
}


static void *
work(void *unused)
{
    size_t n;

    for (n = 0; !__atomic_load_n(&xstop, __ATOMIC_RELAXED); n++) {
        free(np_keep(malloc(n % 9000)));
    }

    return unused;
}


int
main(void)
{
    pthread_t thread[2];
    pid_t     pid;
    int       n, status;

    for (n = 0; n < 2; n++) {
        NP_NEED(pthread_create(&thread[n], NULL, work, NULL) == 0);
    }

    for (n = 0; n < 300; n++) {
        pid = fork();

        if (pid == 0) {
            _exit(0);
        }

        NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    NP_NEED(prepared == 300 && in_parent == 300);
    __atomic_store_n(&xstop, 1, __ATOMIC_RELAXED);

    for (n = 0; n < 2; n++) {
        NP_NEED(pthread_join(thread[n], NULL) == 0);
    }

    return 0;
}
