/*
 * What a program keeps when it goes idle: it grows to a peak, frees all but
 * one object in twenty, chosen at random, and then makes no call at all for
 * some seconds.  The few survivors lie all over the heap, so nothing comes
 * back unless pages inside used blocks are given back.
 *
 * Pattern: survivors that pin pages: Powers, Tench, Berger, McGregor, "Mesh:
 * compacting memory management for C/C++ applications", PLDI 2019; Maas et
 * al., "Learning-based memory allocation for C++ server workloads", ASPLOS
 * 2020.
 *
 *     retention [OBJECTS [SECONDS]]
 *
 * Half of the objects are of 512 bytes, a third of 1 KiB, a sixth of 2 KiB.
 * On standard error: retention: live L peak P freed F idle I, in bytes, where
 * live is what the survivors asked for and the others are resident memory.
 */

#include "bench.h"

#define MAX_OBJECTS 10000000
#define KEEP        20


static size_t
size_of(size_t i)
{
    return i % 6 < 3 ? 512 : i % 6 < 5 ? 1024 : 2048;
}


int
main(int argc, char **argv)
{
    static void *object[MAX_OBJECTS];
    size_t n = np_bench_arg(argc, argv, 1, "OBJECTS", 300000, 1, MAX_OBJECTS);
    size_t seconds = np_bench_arg(argc, argv, 2, "SECONDS", 2, 0, 3600);
    size_t i, live = 0, peak, freed;
    uint64_t state = 17;

    for (i = 0; i < n; i++) {
        object[i] = np_bench_new(size_of(i));
        memset(object[i], 1, size_of(i));
    }
    peak = np_bench_rss();
    for (i = 0; i < n; i++) {
        if (np_bench_below(&state, KEEP) != 0) {
            free(object[i]);
        } else {
            live += size_of(i);
        }
    }
    freed = np_bench_rss();
    sleep((unsigned) seconds);
    fprintf(stderr, "retention: live %zu peak %zu freed %zu idle %zu\n", live,
            peak, freed, np_bench_rss());
    printf("retention %zu %zu\n", n, live);

    return 0;
}
