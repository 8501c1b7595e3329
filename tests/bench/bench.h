#ifndef NP_BENCH_H
#define NP_BENCH_H

/*
 * What the micro benchmarks share: arguments, a generator of the same numbers
 * in each run, sizes, and touching of memory as its user would.  Nothing here
 * allocates, so a program measures only itself.  Included first, for
 * config.h.
 *
 * Each program does a fixed amount of work that its arguments choose, always
 * the same, and prints one line that no allocator may change.
 */

#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NP_BENCH_PAGE    4096
#define NP_BENCH_LINE    64
#define NP_BENCH_THREADS 1024


/* ends the program, which would measure something else */
static inline void
np_bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    _exit(1);
}


/* the argument called name, the i-th from 1, or its default */
static inline size_t
np_bench_arg(int argc, char **argv, int i, const char *name, size_t preset,
             size_t min, size_t max)
{
    char              *end;
    unsigned long long v;

    if (i >= argc) {
        return preset;
    }

    v = strtoull(argv[i], &end, 10);
    if (end == argv[i] || *end != '\0' || v < min || v > max) {
        fprintf(stderr, "bench: %s is %zu to %zu, not \"%s\"\n", name, min,
                max, argv[i]);
        exit(2);
    }

    return (size_t) v;
}


/* the same numbers in each run; state is anything but 0 (xorshift64*) */
static inline uint64_t
np_bench_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;

    return x * 0x2545f4914f6cdd1dULL;
}


/* 0 to n - 1; n below 2^32 */
static inline size_t
np_bench_below(uint64_t *state, size_t n)
{
    return (size_t) (((np_bench_random(state) >> 32) * n) >> 32);
}


/* a size from min to max, each octave as likely as the next: programs ask for
 * small objects far more often than for large ones */
static inline size_t
np_bench_size(uint64_t *state, size_t min, size_t max)
{
    unsigned low = 63 - (unsigned) __builtin_clzll(min);
    unsigned high = 63 - (unsigned) __builtin_clzll(max);
    size_t   octave, size;

    do {
        octave = (size_t) 1 << (low + np_bench_below(state, high - low + 1));
        size = octave + np_bench_below(state, octave);
    } while (size < min || size > max);

    return size;
}


/* hands m back; the compiler can know nothing about what it points to */
static inline void *
np_bench_keep(void *m)
{
    __asm__ volatile("" : "+r"(m) : : "memory");

    return m;
}


/* writes to the first byte of each page and to the last one */
static inline void
np_bench_touch(void *m, size_t size, unsigned value)
{
    unsigned char *p = m;
    size_t         i;

    for (i = 0; i < size; i += NP_BENCH_PAGE) {
        p[i] = (unsigned char) value;
    }
    p[size - 1] = (unsigned char) value;
}


/* malloc that does not fail, touched and hidden from the compiler */
static inline void *
np_bench_new(size_t size)
{
    void *m = np_bench_keep(malloc(size));

    if (m == NULL) {
        np_bench_fail("out of memory");
    }
    np_bench_touch(m, size, 1);

    return m;
}


/* runs work in n threads, each with its number as argument, and waits */
static inline void
np_bench_threads(size_t n, void *(*work)(void *) )
{
    pthread_t thread[NP_BENCH_THREADS];
    size_t    i;

    for (i = 0; i < n; i++) {
        if (pthread_create(&thread[i], NULL, work, (void *) i) != 0) {
            np_bench_fail("no more threads");
        }
    }
    for (i = 0; i < n; i++) {
        pthread_join(thread[i], NULL);
    }
}


/* resident memory of this process in bytes, read without allocating */
static inline size_t
np_bench_rss(void)
{
    char    line[128];
    ssize_t n;
    int     fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    size_t  pages = 0;

    n = fd == -1 ? -1 : read(fd, line, sizeof(line) - 1);
    if (n > 0) {
        line[n] = '\0';
        if (sscanf(line, "%*s %zu", &pages) != 1) {
            pages = 0;
        }
    }
    if (pages == 0) {
        np_bench_fail("/proc/self/statm cannot be read");
    }
    close(fd);

    return pages * (size_t) sysconf(_SC_PAGESIZE);
}

#endif
