/*
 * exit() runs handlers and destructors while other threads go on allocating,
 * freeing and ending; each of 50 children leaves with its own status.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

static void *kept;


static void *
churn(void *number)
{
    void    *m[64] = {NULL};
    uint64_t state = (uintptr_t) number + 1;
    size_t   i;

    for (;;) {
        i = np_keep_random(&state) % 64;
        free(m[i]);
        m[i] = np_keep(malloc(np_keep_random(&state) % 6000));
    }

    return NULL;
}


static void *
brief(void *unused)
{
    free(np_keep(malloc(100)));

    return unused;
}


static void *
start(void *unused)
{
    pthread_t thread;

    for (;;) {
        if (pthread_create(&thread, NULL, brief, NULL) == 0) {
            NP_NEED(pthread_join(thread, NULL) == 0);
        }
    }

    return unused;
}


static void
at_exit(void)
{
    free(kept);
    kept = np_keep(malloc(5000));
    NP_NEED(kept != NULL);
}


int
main(void)
{
    pthread_t thread;
    pid_t     pid;
    size_t    k;
    int       n, status;

    for (n = 0; n < 50; n++) {
        pid = fork();
        NP_NEED(pid >= 0);

        if (pid == 0) {
            kept = malloc(100);
            NP_NEED(atexit(at_exit) == 0);
            NP_NEED(pthread_create(&thread, NULL, start, NULL) == 0);

            for (k = 0; k < 2; k++) {
                NP_NEED(pthread_create(&thread, NULL, churn, (void *) k) == 0);
            }

            usleep((useconds_t) n * 200);
            exit(n);
        }

        NP_NEED(waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == n);
    }

    return 0;
}
