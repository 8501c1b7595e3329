/*
 * A process forks while a thread that has never allocated asks about memory,
 * or makes a large block of another thread's longer in place: none of our
 * locks is taken in the child for ever.
 *
 * only: libngxpool
 * needs: unguarded
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FORKS   200
#define SECONDS 20 /* of a child that waits for ever */
#define LARGE   ((size_t) 64 << 20)

static void *volatile large;
static volatile int stop;


static void *
asks_for_sizes(void *unused)
{
    while (!stop) {
        NP_NEED(malloc_usable_size(large) >= LARGE);
    }

    return unused;
}


static void *
asks_for_figures(void *unused)
{
    struct mallinfo2 info;

    while (!stop) {
        info = mallinfo2();
        NP_NEED(info.uordblks + info.hblkhd >= LARGE);
    }

    return unused;
}


static void *
resizes(void *unused)
{
    size_t more;

    for (more = 0; !stop; more ^= 65536) {
        large = realloc(large, LARGE + more);
        NP_NEED(large != NULL);
    }

    return unused;
}


static void
child(void)
{
    alarm(SECONDS);
    free(np_keep(malloc((size_t) 40 << 20)));
    _exit(0);
}


int
main(void)
{
    static void *(*const work[])(void *) = {
        asks_for_sizes,
        asks_for_figures,
        resizes,
    };
    pthread_t t;
    pid_t     pid;
    unsigned  k, i;
    int       status;

    large = malloc(LARGE);
    NP_NEED(large != NULL);

    for (k = 0; k < sizeof(work) / sizeof(work[0]); k++) {
        stop = 0;
        NP_NEED(pthread_create(&t, NULL, work[k], NULL) == 0);

        for (i = 0; i < FORKS; i++) {
            pid = fork();
            NP_NEED(pid >= 0);

            if (pid == 0) {
                child();
            }

            NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);
        }

        stop = 1;
        NP_NEED(pthread_join(t, NULL) == 0);
    }

    free(large);

    return 0;
}
