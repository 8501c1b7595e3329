/*
 * mallinfo2 and mallinfo follow what the program allocates and frees, of
 * small objects and of large ones.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>

/* mallinfo is deprecated for its ints, and still called */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define OBJECTS 20000
#define LARGE   ((size_t) 24 << 20)


/* glibc counts mapped blocks in hblkhd only, others may count them in both */
static size_t
used(void)
{
    struct mallinfo2 now = mallinfo2();
    struct mallinfo  old = mallinfo();

    NP_NEED(now.uordblks <= now.arena + now.hblkhd);
    NP_NEED((now.hblks == 0) == (now.hblkhd == 0));
    NP_NEED((size_t) (unsigned) old.uordblks == now.uordblks);

    return now.uordblks + now.hblkhd;
}


int
main(void)
{
    static void *object[OBJECTS];
    size_t       i, before, small, large, after;
    void        *m;

    before = used();

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(500);
        NP_NEED(object[i] != NULL);
    }

    small = used();
    NP_NEED(small - before >= OBJECTS * 500);
    NP_NEED(small - before <= OBJECTS * 700);
    m = malloc(LARGE);
    NP_NEED(m != NULL);
    large = used();
    NP_NEED(large - small >= LARGE && large - small <= LARGE * 2 + 65536);

    for (i = 0; i < OBJECTS; i++) {
        free(object[i]);
    }

    free(m);
    after = used();
    NP_NEED(after < before + 65536);

    return 0;
}
