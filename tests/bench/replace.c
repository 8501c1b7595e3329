/*
 * Random replacement: a fixed number of objects is live; again and again a
 * random one is freed and one of another random size takes its place.
 * Lifetimes are as unpredictable as can be, which is the worst case of every
 * allocator that hopes for neighbours to die together.
 *
 * Pattern: benchtests/bench-malloc-thread.c of glibc; the steady state of
 * Larson, Krishnan, "Memory allocation for long-running server
 * applications", ISMM 1998.
 *
 *     replace [LIVE [MIN MAX [OPERATIONS]]]
 */

#include "bench.h"

#define MAX_LIVE 20000000


int
main(int argc, char **argv)
{
    static void *object[MAX_LIVE];
    size_t live = np_bench_arg(argc, argv, 1, "LIVE", 100000, 1, MAX_LIVE);
    size_t min = np_bench_arg(argc, argv, 2, "MIN", 8, 1, 1 << 30);
    size_t max = np_bench_arg(argc, argv, 3, "MAX", 1000, min, 1 << 30);
    size_t n
        = np_bench_arg(argc, argv, 4, "OPERATIONS", 10000000, 1, SIZE_MAX);
    size_t   i, k;
    uint64_t state = 7;

    for (i = 0; i < live; i++) {
        object[i] = np_bench_new(np_bench_size(&state, min, max));
    }
    for (i = 0; i < n; i++) {
        k = np_bench_below(&state, live);
        free(object[k]);
        object[k] = np_bench_new(np_bench_size(&state, min, max));
    }
    printf("replace %zu %zu-%zu %zu\n", live, min, max, n);

    return 0;
}
