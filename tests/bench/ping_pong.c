/*
 * One object at a time: malloc, a write, free, for three sizes in turn.  The
 * shortest way through an allocator, and the best case of each of them.
 *
 * Pattern: benchtests/bench-malloc-simple.c of glibc, with nothing else live.
 *
 *     ping_pong [PAIRS]
 */

#include "bench.h"


int
main(int argc, char **argv)
{
    static const size_t sizes[] = {16, 64, 512};
    size_t n = np_bench_arg(argc, argv, 1, "PAIRS", 20000000, 1, SIZE_MAX);
    size_t i, k;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (k = 0; k < n; k++) {
            char *m = np_bench_keep(malloc(sizes[i]));

            *m = 1;
            free(m);
        }
    }
    printf("ping_pong %zu\n", n);

    return 0;
}
