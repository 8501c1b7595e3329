/*
 * Threads allocate in bursts, free most of it, keep some for the round, and
 * swap survivors with a common table, so that objects end in threads that did
 * not make them.  Sizes are mostly small, one in a hundred is large.
 *
 * Pattern: test/test-stress.c of mimalloc; Leijen, Zorn, de Moura, "Mimalloc:
 * free list sharding in action", APLAS 2019.
 *
 *     stress [THREADS [ROUNDS [OBJECTS]]]
 */

#include "bench.h"

#define TRANSFERS 1000
#define KEPT      2000

static void  *xtransfer[TRANSFERS];
static size_t threads, rounds, objects, round_now;


static void *
make(uint64_t *state)
{
    size_t size = np_bench_size(state, 8, 512);

    return np_bench_new(np_bench_below(state, 100) == 0 ? size * 100 : size);
}


static void *
work(void *number)
{
    uint64_t state = ((size_t) number + 1) * 1000003 + round_now;
    void    *kept[KEPT], *m;
    size_t   i, k, n = 0;

    for (i = 0; i < objects; i++) {
        m = make(&state);

        switch (np_bench_below(&state, 4)) {
        case 0:
            k = np_bench_below(&state, TRANSFERS);
            m = __atomic_exchange_n(&xtransfer[k], m, __ATOMIC_ACQ_REL);
            free(m);
            break;

        case 1:
            if (n == KEPT) {
                k = np_bench_below(&state, KEPT);
                free(kept[k]);
                kept[k] = m;
            } else {
                kept[n++] = m;
            }
            break;

        default:
            free(m);
        }
    }
    while (n > 0) {
        free(kept[--n]);
    }

    return NULL;
}


int
main(int argc, char **argv)
{
    size_t i;

    threads = np_bench_arg(argc, argv, 1, "THREADS", 4, 1, NP_BENCH_THREADS);
    rounds = np_bench_arg(argc, argv, 2, "ROUNDS", 50, 1, SIZE_MAX);
    objects = np_bench_arg(argc, argv, 3, "OBJECTS", 50000, 1, SIZE_MAX);

    for (round_now = 0; round_now < rounds; round_now++) {
        np_bench_threads(threads, work);
        for (i = 0; i < TRANSFERS; i += 2) {
            free(xtransfer[i]);
            xtransfer[i] = NULL;
        }
    }
    printf("stress %zu %zu %zu\n", threads, rounds, objects);

    return 0;
}
