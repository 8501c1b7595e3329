/*
 * Threads that come and go: each lives for a moment, replaces random objects
 * of a bin of its own, frees most of them and leaves the others to the next
 * thread of its place.  What a thread's birth and death cost, and what each
 * leaves behind.
 *
 * Pattern: t-test1.c of Wolfram Gloger's ptmalloc, where each thread that
 * ends is replaced by a new one.
 *
 *     thread_churn [AT_ONCE [THREADS [OPERATIONS]]]
 */

#include "bench.h"

#define BIN  256
#define LEFT 16

static void  *left[NP_BENCH_THREADS][LEFT];
static size_t at_once, threads, operations;


static void *
live(void *number)
{
    void    *bin[BIN] = {NULL};
    size_t   i, k, self = (size_t) number;
    uint64_t state = self * 2 + 1;

    for (i = 0; i < LEFT; i++) {
        free(left[self][i]);
    }
    for (i = 0; i < operations; i++) {
        k = np_bench_below(&state, BIN);
        free(bin[k]);
        bin[k] = np_bench_new(np_bench_size(&state, 16, 4000));
    }
    memcpy(left[self], bin, sizeof(left[self]));
    for (i = LEFT; i < BIN; i++) {
        free(bin[i]);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    size_t i;

    at_once = np_bench_arg(argc, argv, 1, "AT_ONCE", 4, 1, NP_BENCH_THREADS);
    threads = np_bench_arg(argc, argv, 2, "THREADS", 10000, 1, SIZE_MAX);
    operations = np_bench_arg(argc, argv, 3, "OPERATIONS", 500, 1, SIZE_MAX);

    for (i = 0; i < threads; i += at_once) {
        np_bench_threads(at_once, live);
    }
    printf("thread_churn %zu %zu %zu\n", at_once, threads, operations);

    return 0;
}
