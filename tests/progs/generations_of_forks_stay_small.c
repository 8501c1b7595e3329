/*
 * A process with threads forks, its child starts threads of its own and forks,
 * and so on.  Each generation has the heaps of the vanished threads of all
 * before it: it uses them again and does not grow.
 *
 * needs: reclaim
 * expect: exit 0
 * timeout: 240
 */

#include "keep.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>

#define THREADS 4
#define OBJECTS 4000
#define LARGE   8
/* generations until the heap has its size: the bins of a thread are emptied one
 * after another when they are full (np_large.h) */
#define EARLY 20

static void             *object[THREADS][OBJECTS];
static pthread_barrier_t step;
static pthread_mutex_t   turn;
static pthread_cond_t    moved;
static uintptr_t         next;


static size_t
size_of(size_t i)
{
    return i % LARGE == 0 ? 3000 + i : 16 + i % 300;
}


/* Every other object is left to be freed by the child.  One thread works after
 * the other, so that all generations do the same. */
static void *
work(void *number)
{
    void **mine = object[(uintptr_t) number];
    size_t i;

    pthread_mutex_lock(&turn);

    while (next != (uintptr_t) number) {
        pthread_cond_wait(&moved, &turn);
    }

    for (i = 0; i < OBJECTS; i++) {
        mine[i] = malloc(size_of(i));
        NP_NEED(mine[i] != NULL);
        np_keep_fill(mine[i], size_of(i) < 64 ? size_of(i) : 64, (unsigned) i);
    }

    for (i = 0; i < OBJECTS; i += 2) {
        free(mine[i]);
        mine[i] = NULL;
    }

    next++;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&turn);

    pthread_barrier_wait(&step);
    /* it is not in the child, which is made now */
    pthread_barrier_wait(&step);

    return NULL;
}


static void
take_over(void)
{
    size_t t, i;

    for (t = 0; t < THREADS; t++) {
        for (i = 1; i < OBJECTS; i += 2) {
            NP_NEED(np_keep_is_filled(object[t][i],
                                      size_of(i) < 64 ? size_of(i) : 64,
                                      (unsigned) i));
            free(object[t][i]);
            object[t][i] = NULL;
        }
    }
}


/* bytes that the heap has from the system */
static size_t
heap_size(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.arena + m.hblkhd;
}


int
main(void)
{
    unsigned  generation, generations = (unsigned) np_keep_scale(45, 400);
    pthread_t thread[THREADS];
    size_t    early = 0;
    uintptr_t i;
    pid_t     pid;
    int       status;

    for (generation = 0; generation < generations; generation++) {
        alarm((unsigned) np_keep_scale(120, 2400));
        NP_NEED(pthread_barrier_init(&step, NULL, THREADS + 1) == 0);
        NP_NEED(pthread_mutex_init(&turn, NULL) == 0);
        NP_NEED(pthread_cond_init(&moved, NULL) == 0);
        next = 0;

        for (i = 0; i < THREADS; i++) {
            NP_NEED(pthread_create(&thread[i], NULL, work, (void *) i) == 0);
        }

        pthread_barrier_wait(&step);

        if (generation == EARLY) {
            early = heap_size();
        }

        pid = fork();

        if (pid != 0) {
            NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
            NP_NEED(status == 0);
            pthread_barrier_wait(&step);

            for (i = 0; i < THREADS; i++) {
                NP_NEED(pthread_join(thread[i], NULL) == 0);
            }

            _exit(0);
        }

        take_over();
    }

    NP_NEED(!np_keep_is_preloaded() || early != 0);
    dprintf(STDOUT_FILENO, "%zu KiB, %zu after %u generations\n", early >> 10,
            heap_size() >> 10, generations);
    NP_NEED(!np_keep_is_preloaded() || heap_size() <= early);

    return 0;
}
