/*
 * posix_spawn, with file actions, from several threads that allocate.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>


static void *
work(void *unused)
{
    static char                sh[] = "sh", c[] = "-c", exit_5[] = "exit 5";
    char                      *argv[] = {sh, c, exit_5, NULL};
    posix_spawn_file_actions_t actions;
    pid_t                      pid;
    void                      *m;
    int                        n, status;

    for (n = 0; n < 100; n++) {
        m = malloc((size_t) n * 30);
        NP_NEED(m != NULL);
        np_keep_fill(m, (size_t) n * 30, (unsigned) n);
        NP_NEED(posix_spawn_file_actions_init(&actions) == 0);
        NP_NEED(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
                                                 "/dev/null", O_RDONLY, 0)
                == 0);
        NP_NEED(posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ)
                == 0);
        NP_NEED(posix_spawn_file_actions_destroy(&actions) == 0);
        NP_NEED(waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 5);
        NP_NEED(np_keep_is_filled(m, (size_t) n * 30, (unsigned) n));
        free(m);
    }

    return unused;
}


int
main(void)
{
    pthread_t thread[3];
    int       k;

    for (k = 0; k < 3; k++) {
        NP_NEED(pthread_create(&thread[k], NULL, work, NULL) == 0);
    }

    for (k = 0; k < 3; k++) {
        NP_NEED(pthread_join(thread[k], NULL) == 0);
    }

    return 0;
}
