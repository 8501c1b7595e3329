/*
 * What the program does to a huge block, which has a mapping of its own, is
 * told as such and is no matter of foreign pointers: a double free, at once,
 * after others and after realloc has moved it; a call inside of one.  With
 * guards so are large blocks.
 *
 * expect: fatal "double free 0x"
 * env: NGXPOOL_FOREIGN=ignore
 */

#include "dies.h"

#include <malloc.h>

#define OTHERS 6


static void
at_once(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    free(np_keep(m));
}


static void
after_others(size_t size)
{
    void  *m[OTHERS];
    size_t i;

    for (i = 0; i < OTHERS; i++) {
        m[i] = np_keep(malloc(size));
    }

    for (i = 0; i < OTHERS; i++) {
        free(np_keep(m[i]));
    }

    free(np_keep(m[0]));
}


/* moved: the kernel or a copy does it */
static void
after_realloc(size_t size)
{
    char *m = np_keep(malloc(size));
    void *more = np_keep(realloc(np_keep(m), size * 2));

    NP_NEED(more != NULL);
    /* it stayed? */
    free(np_keep(more == m ? m + 16 : m));
}


static void
resized(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    np_keep(realloc(np_keep(m), size * 2));
}


static void
asked(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    NP_NEED(malloc_usable_size(np_keep(m)) == 0);
}


static void
inside(size_t size)
{
    char *m = np_keep(malloc(size));

    free(np_keep(m + size / 4096 / 2 * 4096));
}


static void
a_little_inside(size_t size)
{
    char *m = np_keep(malloc(size));

    free(np_keep(m + 1));
}


static void
at_its_end(size_t size)
{
    char *m = np_keep(malloc(size));

    free(np_keep(m + size - 1));
}


static void
inside_resized(size_t size)
{
    char *m = np_keep(malloc(size));

    np_keep(realloc(np_keep(m + 4096), size));
}


static void
inside_asked(size_t size)
{
    char *m = np_keep(malloc(size));

    NP_NEED(malloc_usable_size(np_keep(m + (1 << 14))) == 0);
}


static void
all(size_t size)
{
    np_dies(at_once, size, "double free");
    np_dies(after_others, size, "double free");
    np_dies(after_realloc, size, "double free|interior");
    np_dies(resized, size, "realloc of freed memory");
    np_dies(asked, size, "malloc_usable_size of freed memory");
    np_dies(inside, size, "free of an interior pointer");
    np_dies(a_little_inside, size, "free of an interior pointer");
    np_dies(at_its_end, size, "free of an interior pointer");
    np_dies(inside_resized, size, "realloc of an interior pointer");
    np_dies(inside_asked, size, "malloc_usable_size of an interior pointer");
}


int
main(void)
{
    NP_NEED(np_keep(malloc(100)) != NULL);
    all(((size_t) 40 << 20) + 112);
    all(100000);
    at_once((size_t) 100 << 20);

    return 0;
}
