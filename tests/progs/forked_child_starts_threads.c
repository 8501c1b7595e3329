/*
 * The child of a program with threads starts threads of its own, which
 * allocate and free, its parent's objects too.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <pthread.h>
#include <sys/wait.h>

#define OBJECTS 1000

static void *object[OBJECTS];


/* remakes a quarter of the objects */
static void *
work(void *number)
{
    size_t i;

    for (i = (size_t) (uintptr_t) number; i < OBJECTS; i += 4) {
        NP_NEED(object[i] == NULL
                || np_keep_is_filled(object[i], i * 7, (unsigned) i));
        free(object[i]);
        object[i] = malloc(i * 7);
        NP_NEED(object[i] != NULL);
        np_keep_fill(object[i], i * 7, (unsigned) i);
    }

    return NULL;
}


static void
run(void)
{
    pthread_t thread[4];
    size_t    k;

    for (k = 0; k < 4; k++) {
        NP_NEED(pthread_create(&thread[k], NULL, work, (void *) (uintptr_t) k)
                == 0);
    }

    for (k = 0; k < 4; k++) {
        NP_NEED(pthread_join(thread[k], NULL) == 0);
    }
}


int
main(void)
{
    pid_t pid;
    int   n, status;

    for (n = 0; n < 20; n++) {
        run();
        pid = fork();
        NP_NEED(pid >= 0);

        if (pid == 0) {
            run();
            run();
            _exit(0);
        }

        NP_NEED(waitpid(pid, &status, 0) == pid);
        NP_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    return 0;
}
