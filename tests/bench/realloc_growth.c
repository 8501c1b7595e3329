/*
 * Growth by realloc: strings and vectors that grow by half, many at a time,
 * each to its own end, then freed.  Whether growing happens in place decides,
 * and what the abandoned smaller pieces are good for.
 *
 * Pattern: the ramps of Wilson, Johnstone, Neely, Boles, "Dynamic storage
 * allocation: a survey and critical review", IWMM 1995, made by vectors.
 *
 *     realloc_growth [VECTORS [STEPS]]
 *
 * VECTORS grow at the same time; STEPS is the number of realloc calls.
 */

#include "bench.h"

#define MAX_VECTORS 100000

typedef struct {
    char  *m;
    size_t size;
    size_t end;
} vector_t;


static void
grow(vector_t *v, uint64_t *state)
{
    size_t size = v->size == 0 ? 16 : v->size + v->size / 2;

    if (size > v->end) {
        free(v->m);
        v->m = NULL;
        size = 16;
        v->end = np_bench_size(state, 100, 400000);
    }

    v->m = np_bench_keep(realloc(v->m, size));
    if (v->m == NULL) {
        np_bench_fail("out of memory");
    }
    np_bench_touch(v->m, size, 2);
    v->size = size;
}


int
main(int argc, char **argv)
{
    static vector_t vector[MAX_VECTORS];
    size_t n = np_bench_arg(argc, argv, 1, "VECTORS", 500, 1, MAX_VECTORS);
    size_t steps = np_bench_arg(argc, argv, 2, "STEPS", 2000000, 1, SIZE_MAX);
    size_t i;
    uint64_t state = 3;

    for (i = 0; i < n; i++) {
        vector[i].end = np_bench_size(&state, 100, 400000);
    }
    for (i = 0; i < steps; i++) {
        grow(&vector[np_bench_below(&state, n)], &state);
    }
    for (i = 0; i < n; i++) {
        free(vector[i].m);
    }
    printf("realloc_growth %zu %zu\n", n, steps);

    return 0;
}
