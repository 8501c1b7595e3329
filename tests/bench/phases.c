/*
 * A program of phases: it grows to a peak, shrinks until almost nothing is
 * left, and grows again, over and over, with other sizes each time.  Giving
 * memory back at once means to fault it in again soon; never giving it back
 * is fat.
 *
 * Pattern: the peaks of Wilson, Johnstone, Neely, Boles, "Dynamic storage
 * allocation: a survey and critical review", IWMM 1995.
 *
 *     phases [PHASES [OBJECTS]]
 */

#include "bench.h"

#define MAX_OBJECTS 10000000
#define KEEP        50


int
main(int argc, char **argv)
{
    static void *object[MAX_OBJECTS];
    size_t phases = np_bench_arg(argc, argv, 1, "PHASES", 40, 1, SIZE_MAX);
    size_t n = np_bench_arg(argc, argv, 2, "OBJECTS", 150000, 1, MAX_OBJECTS);
    size_t i, k, max;
    uint64_t state = 13;

    for (k = 0; k < phases; k++) {
        max = (size_t) 256 << k % 4;
        for (i = 0; i < n; i++) {
            if (object[i] == NULL) {
                object[i] = np_bench_new(np_bench_size(&state, 16, max));
            }
        }
        for (i = 0; i < n; i++) {
            if (np_bench_below(&state, KEEP) != 0) {
                free(object[i]);
                object[i] = NULL;
            }
        }
    }
    printf("phases %zu %zu\n", phases, n);

    return 0;
}
