/*
 * Batches: many objects of 8 to 1000 bytes are made, then all are freed, last
 * first (lifo), first first (fifo) or in random order.  The orders differ in
 * what the next batch finds: a neat stack, a queue, or a shuffled heap.
 *
 * Pattern: threadtest of Berger, McKinley, Blumofe, Wilson, "Hoard: a
 * scalable memory allocator for multithreaded applications", ASPLOS 2000;
 * the orders are those of Wilson, Johnstone, Neely, Boles, "Dynamic storage
 * allocation: a survey and critical review", IWMM 1995.
 *
 *     batch lifo|fifo|random [OBJECTS [ROUNDS]]
 */

#include "bench.h"

#define MAX_OBJECTS 10000000


static void
shuffle(size_t *order, size_t n, uint64_t *state)
{
    size_t i, k, t;

    for (i = n - 1; i > 0; i--) {
        k = np_bench_below(state, i + 1);
        t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
}


int
main(int argc, char **argv)
{
    static void  *object[MAX_OBJECTS];
    static size_t order[MAX_OBJECTS];
    const char   *how = argc > 1 ? argv[1] : "lifo";
    size_t   n = np_bench_arg(argc, argv, 2, "OBJECTS", 50000, 1, MAX_OBJECTS);
    size_t   rounds = np_bench_arg(argc, argv, 3, "ROUNDS", 200, 1, SIZE_MAX);
    size_t   i, k;
    uint64_t state = 42;

    for (i = 0; i < n; i++) {
        order[i] = strcmp(how, "lifo") == 0 ? n - 1 - i : i;
    }
    if (strcmp(how, "random") == 0) {
        shuffle(order, n, &state);

    } else if (strcmp(how, "lifo") != 0 && strcmp(how, "fifo") != 0) {
        fprintf(stderr, "bench: the order is lifo, fifo or random\n");
        return 2;
    }

    for (k = 0; k < rounds; k++) {
        for (i = 0; i < n; i++) {
            object[i] = np_bench_new(np_bench_size(&state, 8, 1000));
        }
        for (i = 0; i < n; i++) {
            free(object[order[i]]);
        }
    }
    printf("batch %s %zu %zu\n", how, n, rounds);

    return 0;
}
