/*
 * False sharing: threads that write to small objects of their own all the
 * time, which is slow where objects of two threads share a cache line.
 *
 * active: the allocator itself puts objects that two threads ask for at the
 * same time into one line.  passive: the main thread makes neighbours, gives
 * one to each thread, and each frees its own; the allocator must not hand the
 * rest of that line to the other.
 *
 * Pattern: cache-thrash (active) and cache-scratch (passive) of Berger,
 * McKinley, Blumofe, Wilson, "Hoard: a scalable memory allocator for
 * multithreaded applications", ASPLOS 2000.
 *
 *     cache_line active|passive [THREADS [ROUNDS [WRITES]]]
 */

#include "bench.h"

#define SIZE 8

static void  *given[NP_BENCH_THREADS]; /* NULL: active */
static size_t rounds, writes;


static void *
work(void *number)
{
    size_t         i, k;
    volatile char *m;

    free(given[(size_t) number]);
    for (i = 0; i < rounds; i++) {
        m = np_bench_new(SIZE);
        for (k = 0; k < writes; k++) {
            m[k % SIZE]++;
        }
        free((void *) m);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "active";
    size_t      threads
        = np_bench_arg(argc, argv, 2, "THREADS", 2, 1, NP_BENCH_THREADS);
    size_t i;

    rounds = np_bench_arg(argc, argv, 3, "ROUNDS", 200000, 1, SIZE_MAX);
    writes = np_bench_arg(argc, argv, 4, "WRITES", 1000, 1, SIZE_MAX);

    if (strcmp(how, "passive") == 0) {
        for (i = 0; i < threads; i++) {
            given[i] = np_bench_new(SIZE);
        }

    } else if (strcmp(how, "active") != 0) {
        fprintf(stderr, "bench: sharing is active or passive\n");
        return 2;
    }

    np_bench_threads(threads, work);
    printf("cache_line %s %zu %zu %zu\n", how, threads, rounds, writes);

    return 0;
}
