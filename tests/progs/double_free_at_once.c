/*
 * An object freed twice in a row ends the program, in every size.
 *
 * expect: fatal "double free"
 */

#include "dies.h"


static void
misuse(size_t size)
{
    void *m = np_keep(malloc(size));

    free(np_keep(m));
    free(np_keep(m));
}


int
main(void)
{
    np_dies_each(misuse, "double free", "double free|foreign|interior");
    misuse(100);

    return 0;
}
