/*
 * calloc of memory that was never used: arrays are made and read, and kept
 * until a third of the work is done, so that most of it comes fresh from the
 * system, zero already.  Zeroing it again costs time and touches pages that
 * the program may never touch itself.
 *
 * Pattern: Yang, Blackburn, Frampton, Sartor, McKinley, "Why nothing matters:
 * the impact of zeroing", OOPSLA 2011.
 *
 *     calloc_fresh [OBJECTS [MIN MAX]]
 */

#include "bench.h"

#define THIRDS      3
#define MAX_OBJECTS 10000000


int
main(int argc, char **argv)
{
    static char *object[MAX_OBJECTS];
    size_t n = np_bench_arg(argc, argv, 1, "OBJECTS", 300000, 1, MAX_OBJECTS);
    size_t min = np_bench_arg(argc, argv, 2, "MIN", 32, 1, 1 << 30);
    size_t max = np_bench_arg(argc, argv, 3, "MAX", 32000, min, 1 << 30);
    size_t i, k, size;
    uint64_t state = 5;

    for (k = 0; k < THIRDS; k++) {
        for (i = 0; i < n / THIRDS; i++) {
            size = np_bench_size(&state, min, max);
            object[i] = np_bench_keep(calloc(size / 8 + 1, 8));
            if (object[i] == NULL) {
                np_bench_fail("out of memory");
            }
            if (object[i][0] != 0 || object[i][size - 1] != 0) {
                np_bench_fail("calloc's memory is not zero");
            }
            object[i][0] = 1;
        }
        for (i = 0; i < n / THIRDS; i++) {
            free(object[i]);
        }
    }
    printf("calloc_fresh %zu %zu-%zu\n", n, min, max);

    return 0;
}
