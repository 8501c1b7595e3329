/*
 * N pairs of malloc and free of one size and nothing else, for counting
 * instructions: the difference between two numbers of pairs holds neither
 * start nor end of the program.  With "empty" the loop alone, to subtract.
 *
 *     pairs N SIZE|empty
 */

#include "bench.h"


int
main(int argc, char **argv)
{
    size_t n = np_bench_arg(argc, argv, 1, "N", 1000, 0, SIZE_MAX);
    int    empty = argc > 2 && strcmp(argv[2], "empty") == 0;
    size_t size
        = empty ? 0 : np_bench_arg(argc, argv, 2, "SIZE", 16, 0, 1 << 30);
    size_t i;

    if (empty) {
        for (i = 0; i < n; i++) {
            np_bench_keep(&size);
        }
        return 0;
    }

    for (i = 0; i < n; i++) {
        free(np_bench_keep(malloc(size)));
    }

    return 0;
}
