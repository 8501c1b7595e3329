#ifndef NP_PROGS_KEEP_H
#define NP_PROGS_KEEP_H

/*
 * What the behaviour programs share: a compiler barrier that keeps malloc and
 * free where they were written, a check that ends the program, patterns, and
 * a look at the process's own memory.  Nothing here allocates, so a program
 * measures only itself.  For C and C++; included first, for config.h.
 */

#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* the exit status that run-progs counts as skipped */
#define NP_SKIPPED 77

/* ends the program, whatever thread or process it is in, unless x holds */
#define NP_NEED(x)                                                            \
    do {                                                                      \
        if (!(x)) {                                                           \
            np_keep_failed(#x, __FILE__, __LINE__);                           \
        }                                                                     \
    } while (0)


static inline void
np_keep_failed(const char *what, const char *file, int line)
{
    char text[512];
    int  n = snprintf(text, sizeof(text), "%s:%d: not so: %s\n", file, line,
                      what);

    /* not dprintf: it allocates, and this may be a signal handler */
    n = n < (int) sizeof(text) ? n : (int) sizeof(text) - 1;
    _exit(write(STDERR_FILENO, text, (size_t) n) == n ? 1 : 2);
}


/* says why the machine does not allow this test, and ends it */
static inline void
np_keep_skip(const char *why)
{
    dprintf(STDOUT_FILENO, "%s\n", why);
    _exit(NP_SKIPPED);
}


/* hands m back; the compiler can know nothing about what it points to */
static inline void *
np_keep(void *m)
{
    __asm__ volatile("" : "+r"(m) : : "memory");

    return m;
}


/* hands n back; the compiler cannot know its value */
static inline size_t
np_keep_size(size_t n)
{
    __asm__ volatile("" : "+r"(n));

    return n;
}


/* small, or full when NP_TESTS_FULL is set to 1 */
static inline long
np_keep_scale(long small, long full)
{
    const char *v = getenv("NP_TESTS_FULL");

    return v != NULL && v[0] == '1' ? full : small;
}


/* the same numbers in each run; state is anything but 0 (xorshift64) */
static inline uint64_t
np_keep_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;

    return *state;
}


static inline unsigned char
np_keep_byte(size_t i, unsigned seed)
{
    return (unsigned char) (i * 131 + (i >> 8) * 17 + seed * 29 + 7);
}


/* writes the pattern of seed over n bytes */
static inline void
np_keep_fill(void *m, size_t n, unsigned seed)
{
    unsigned char *c = (unsigned char *) np_keep(m);
    size_t         i;

    for (i = 0; i < n; i++) {
        c[i] = np_keep_byte(i, seed);
    }

    np_keep(m);
}


/* whether n bytes still are the pattern of seed */
static inline int
np_keep_is_filled(const void *m, size_t n, unsigned seed)
{
    const unsigned char *c = (const unsigned char *) np_keep((void *) m);
    size_t               i;

    for (i = 0; i < n; i++) {
        if (c[i] != np_keep_byte(i, seed)) {
            return 0;
        }
    }

    return 1;
}


/* 200 000 small objects come, keep what was written, and go */
static inline void
np_keep_small_ones(void)
{
    static void *small[200000];
    const size_t n = sizeof(small) / sizeof(small[0]);
    size_t       i;

    for (i = 0; i < n; i++) {
        small[i] = np_keep(malloc(100));
        NP_NEED(small[i] != NULL);
        np_keep_fill(small[i], 100, (unsigned) i);
    }

    for (i = 0; i < n; i++) {
        NP_NEED(np_keep_is_filled(small[i], 100, (unsigned) i));
        free(small[i]);
    }
}


static inline int
np_keep_is_zero(const void *m, size_t n)
{
    const unsigned char *c = (const unsigned char *) np_keep((void *) m);

    return n == 0 || (c[0] == 0 && memcmp(c, c + 1, n - 1) == 0);
}


/* whether libngxpool.so is in this process */
static inline int
np_keep_is_preloaded(void)
{
    const char *v = getenv("LD_PRELOAD");

    return v != NULL && strstr(v, "libngxpool") != NULL;
}


/* a line of /proc/self/status in KiB, such as "VmRSS:" */
static inline long
np_keep_status(const char *field)
{
    char        text[8192];
    const char *at;
    ssize_t     n;
    int         fd;

    fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    NP_NEED(fd >= 0);
    n = read(fd, text, sizeof(text) - 1);
    NP_NEED(n > 0);
    close(fd);
    text[n] = '\0';
    at = strstr(text, field);
    NP_NEED(at != NULL);

    return strtol(at + strlen(field), NULL, 10);
}


/* the lines of /proc/self/maps */
static inline long
np_keep_mappings(void)
{
    char    text[8192];
    long    lines = 0;
    ssize_t n, i;
    int     fd;

    fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    NP_NEED(fd >= 0);

    while ((n = read(fd, text, sizeof(text))) > 0) {
        for (i = 0; i < n; i++) {
            lines += text[i] == '\n';
        }
    }

    close(fd);

    return lines;
}

#endif
