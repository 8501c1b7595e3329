/*
 * NGXPOOL_CHECK=1 finds a write to freed memory at the end of the process,
 * whichever way it ends, in the child of a fork, too; the child of a vfork,
 * which has its parent's memory, leaves that to the parent.
 *
 * expect: fatal "byte 5 of a freed object of 100 bytes"
 * needs: reclaim
 * env: NGXPOOL_CHECK=1
 */

#include "dies.h"

#include <pthread.h>

typedef enum {
    BY_EXIT = 0,
    BY__EXIT,
    BY_QUICK_EXIT,
    BY_EXEC,
    BY_A_THREAD,
    BY_A_CHILD,
    AFTER_A_VFORK,
    WAYS
} way_e;


static void *
leave(void *unused)
{
    (void) unused;
    exit(0);
}


static void
fork_and_pass_on(void)
{
    int   status;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        _exit(0);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    /* its line is written; this process has none of its own to say */
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
}


static void
vfork_and_exit(void)
{
    int   status;
    pid_t pid = vfork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        _exit(7);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);
    NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    exit(0);
}


static void
end(size_t way)
{
    char     *argv[] = {(char *) (uintptr_t) "true", NULL};
    pthread_t thread;

    switch ((way_e) way) {

    case BY_EXIT:
        exit(0);

    case BY__EXIT:
        _exit(0);

    case BY_QUICK_EXIT:
        quick_exit(0);

    case BY_EXEC:
        execv("/bin/true", argv);
        break;

    case BY_A_THREAD:
        NP_NEED(pthread_create(&thread, NULL, leave, NULL) == 0);
        pthread_join(thread, NULL);
        break;

    case BY_A_CHILD:
        fork_and_pass_on();
        break;

    case AFTER_A_VFORK:
        vfork_and_exit();
        break;

    case WAYS:
        break;
    }
}


static void
misuse(size_t way)
{
    char *m = np_keep(malloc(100));

    free(np_keep(m));
    m[np_keep_size(5)] = 1;
    np_keep(m);
    end(way);
}


int
main(void)
{
    size_t way;

    for (way = BY_EXIT; way < WAYS; way++) {
        np_dies(misuse, way, "write to freed memory");
    }

    misuse(BY_EXIT);

    return 0;
}
