/*
 * free of a pointer into an object ends the program: right behind its start,
 * in its middle, at its end, aligned or not.
 *
 * expect: fatal "interior"
 */

#include "dies.h"


static void
misaligned(size_t size)
{
    char *m = np_keep(malloc(size));

    free(np_keep(m + 1));
}


static void
aligned(size_t size)
{
    char *m = np_keep(malloc(size + 16));

    free(np_keep(m + 16));
}


static void
middle(size_t size)
{
    char *m = np_keep(malloc(size + 32));

    free(np_keep(m + (size + 32) / 32 * 16));
}


static void
page(size_t size)
{
    char *m = np_keep(malloc(size + 8192));

    free(np_keep(m + 4096));
}


int
main(void)
{
    np_dies_each(misaligned, "interior|foreign", "interior|foreign");
    np_dies_each(aligned, "interior", "interior|foreign");
    np_dies_each(middle, "interior", "interior|foreign");
    np_dies_each(page, "interior|foreign", "interior|foreign");
    aligned(1000);

    return 0;
}
