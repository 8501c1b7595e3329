/*
 * realloc of an object that was freed ends the program.
 *
 * expect: fatal
 */

#include "dies.h"


static void
grow(size_t size)
{
    void *m = np_keep(malloc(size)), *beside = np_keep(malloc(size));

    free(np_keep(m));
    np_keep(realloc(np_keep(m), size * 10));
    free(beside);
}


static void
shrink(size_t size)
{
    void *m = np_keep(malloc(size)), *beside = np_keep(malloc(size));

    free(np_keep(m));
    np_keep(realloc(np_keep(m), size / 2 + 1));
    free(beside);
}


int
main(void)
{
    np_dies_each(grow, "double free|foreign|freed", "free|foreign|interior");
    np_dies_each(shrink, "double free|foreign|freed", "free|foreign|interior");
    grow(500);

    return 0;
}
