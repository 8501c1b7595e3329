/*
 * What glibc's own malloc gave can be asked for its size, resized and freed by
 * every name of ours, whatever its size and alignment, and is glibc's again
 * afterwards: its arena and its mappings are as they were before.
 *
 * expect: exit 0
 */

#include "libc.h"

static const size_t sizes[] = {
    1, 24, 25, 100, 1000, 1032, 1033, 5000, 70000, 131000, 200000, 5 << 20,
};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static np_libc_t libc;


static void
resize(size_t from, size_t to)
{
    char  *m = libc.malloc(from);
    size_t least = from < to ? from : to;

    NP_NEED(m != NULL && malloc_usable_size(np_keep(m)) == libc.usable(m));
    np_keep_fill(m, libc.usable(m), 3);
    m = realloc(np_keep(m), to);
    NP_NEED(m != NULL && malloc_usable_size(m) >= to);
    NP_NEED(np_keep_is_filled(m, least, 3));
    np_keep_fill(m, to, 4);
    free(np_keep(m));
}


/* several at a time, so that they are next to each other */
static void
give_back(size_t size)
{
    void *m[8];
    int   i;

    for (i = 0; i < 8; i++) {
        m[i] = i % 2 ? libc.calloc(1, size) : libc.malloc(size);
        NP_NEED(m[i] != NULL);
        np_keep_fill(m[i], size, (unsigned) i);
    }

    for (i = 0; i < 8; i++) {
        NP_NEED(np_keep_is_filled(m[i], size, (unsigned) i));
        NP_NEED(malloc_usable_size(np_keep(m[i])) == libc.usable(m[i]));
    }

    for (i = 0; i < 8; i += 2) {
        free(np_keep(m[i]));
    }

    m[1] = reallocarray(np_keep(m[1]), 2, size);
    NP_NEED(m[1] != NULL && np_keep_is_filled(m[1], size, 1));

    for (i = 1; i < 8; i += 2) {
        free(np_keep(m[i]));
    }
}


static void
aligned(size_t align)
{
    size_t i;
    char  *m;

    for (i = 0; i < SIZES; i++) {
        m = libc.memalign(align, sizes[i]);
        NP_NEED(m != NULL && (uintptr_t) m % align == 0);
        np_keep_fill(m, sizes[i], 5);
        NP_NEED(malloc_usable_size(np_keep(m)) == libc.usable(m));

        if (i % 2) {
            m = realloc(np_keep(m), sizes[i] * 2);
            NP_NEED(m != NULL && np_keep_is_filled(m, sizes[i], 5));
        }

        free(np_keep(m));
    }
}


int
main(void)
{
    struct mallinfo2 before, after;
    size_t           i, k, align;
    void            *m;

    libc = np_libc();
    /* what is mapped does not depend on what was freed */
    NP_NEED(libc.option(M_MMAP_THRESHOLD, 128 << 10) == 1);
    free(np_keep(malloc(100)));
    /* glibc's heap exists, and mappings stay mappings */
    free(np_keep(libc.malloc(2000)));
    before = libc.info();

    m = libc.malloc(3000);
    NP_NEED(m != NULL && libc.info().uordblks > before.uordblks);
    free(np_keep(m));
    NP_NEED(libc.info().uordblks == before.uordblks);

    m = libc.malloc(2 << 20);
    NP_NEED(m != NULL && libc.info().hblks == before.hblks + 1);
    free(np_keep(m));
    NP_NEED(libc.info().hblks == before.hblks);

    for (i = 0; i < SIZES; i++) {
        give_back(sizes[i]);

        for (k = 0; k < SIZES; k++) {
            resize(sizes[i], sizes[k]);
        }
    }

    for (align = 16; align <= 1 << 20; align *= 2) {
        aligned(align);
    }

    after = libc.info();
    NP_NEED(after.hblks == before.hblks);
    /* small ones wait in glibc's cache of the thread, in use for its books */
    NP_NEED(after.uordblks - before.uordblks < 200000);

    NP_NEED(realloc(np_keep(libc.malloc(100)), 0) == NULL);
    NP_NEED(malloc_usable_size(NULL) == 0);

    return 0;
}
