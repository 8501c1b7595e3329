/*
 * Large blocks of 64 KiB to 25 MiB, a few live at a time, each touched page
 * by page and replaced at random.  A system call and page faults for each is
 * slow, keeping all that was ever used is fat.
 *
 * Pattern: malloc-large of mimalloc-bench (Leijen, Zorn, de Moura, APLAS
 * 2019), which replaces blocks of 5 to 25 MiB.
 *
 *     large [LIVE [OPERATIONS [MIN_KIB MAX_KIB]]]
 */

#include "bench.h"

#define MAX_LIVE 10000


int
main(int argc, char **argv)
{
    static void *block[MAX_LIVE];
    size_t       live = np_bench_arg(argc, argv, 1, "LIVE", 20, 1, MAX_LIVE);
    size_t   n = np_bench_arg(argc, argv, 2, "OPERATIONS", 2000, 1, SIZE_MAX);
    size_t   min = np_bench_arg(argc, argv, 3, "MIN_KIB", 64, 1, 1 << 20);
    size_t   max = np_bench_arg(argc, argv, 4, "MAX_KIB", 25600, min, 1 << 20);
    size_t   i, k;
    uint64_t state = 11;

    for (i = 0; i < n; i++) {
        k = np_bench_below(&state, live);
        free(block[k]);
        block[k] = np_bench_new(np_bench_size(&state, min << 10, max << 10));
    }
    printf("large %zu %zu %zu-%zu\n", live, n, min, max);

    return 0;
}
