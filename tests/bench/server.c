/*
 * A server whose objects outlive the threads that made them: each thread
 * replaces random objects of its share, then hands the whole share to a new
 * thread and ends.  So most frees are of objects that a vanished thread made.
 *
 * Pattern: Larson, Krishnan, "Memory allocation for long-running server
 * applications", ISMM 1998, with a fixed amount of work in place of a fixed
 * time.
 *
 *     server [THREADS [OBJECTS [OPERATIONS [GENERATIONS]]]]
 *
 * OBJECTS are a thread's, OPERATIONS a thread's in one generation.
 */

#include "bench.h"

#define MAX_OBJECTS 100000

typedef struct {
    void   **object;
    size_t   generation;
    uint64_t state;
} share_t;

static share_t share[NP_BENCH_THREADS];
static size_t  objects, operations, generations;


static void *
serve(void *arg)
{
    share_t *s = arg;
    size_t   i, k;

    for (i = 0; i < operations; i++) {
        k = np_bench_below(&s->state, objects);
        free(s->object[k]);
        s->object[k] = np_bench_new(np_bench_size(&s->state, 16, 1000));
    }

    return NULL;
}


/* looks after one share: its threads follow one another */
static void *
generation(void *number)
{
    share_t  *s = &share[(size_t) number];
    pthread_t thread;

    for (s->generation = 0; s->generation < generations; s->generation++) {
        if (pthread_create(&thread, NULL, serve, s) != 0) {
            np_bench_fail("no more threads");
        }
        pthread_join(thread, NULL);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    size_t threads
        = np_bench_arg(argc, argv, 1, "THREADS", 4, 1, NP_BENCH_THREADS);
    size_t i, k;

    objects = np_bench_arg(argc, argv, 2, "OBJECTS", 5000, 1, MAX_OBJECTS);
    operations = np_bench_arg(argc, argv, 3, "OPERATIONS", 50000, 1, SIZE_MAX);
    generations = np_bench_arg(argc, argv, 4, "GENERATIONS", 50, 1, SIZE_MAX);

    for (i = 0; i < threads; i++) {
        share[i].state = i + 1;
        share[i].object = np_bench_new(objects * sizeof(void *));
        for (k = 0; k < objects; k++) {
            share[i].object[k]
                = np_bench_new(np_bench_size(&share[i].state, 16, 1000));
        }
    }
    np_bench_threads(threads, generation);
    printf("server %zu %zu %zu %zu\n", threads, objects, operations,
           generations);

    return 0;
}
