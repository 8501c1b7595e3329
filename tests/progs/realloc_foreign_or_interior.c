/*
 * realloc of a pointer into an object, or of one that never came from
 * malloc, ends the program.
 *
 * expect: fatal
 */

#include "dies.h"


static void
interior(size_t size)
{
    char *m = np_keep(malloc(size + 16));

    np_keep(realloc(np_keep(m + 16), size * 2));
}


static void
foreign(size_t size)
{
    char memory[256] __attribute__((aligned(64)));

    np_keep(realloc(np_keep(memory + 64), size));
}


static void
impossible(size_t size)
{
    np_keep(realloc((void *) np_keep_size(0xdead000000000000), size));
}


int
main(void)
{
    np_dies_each(interior, "interior", "interior|foreign");
    np_dies_each(foreign, "foreign", "foreign");
    np_dies_each(impossible, "foreign", "foreign");
    foreign(100);

    return 0;
}
