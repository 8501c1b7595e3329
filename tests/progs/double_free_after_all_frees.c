/*
 * An object freed again after its whole block was emptied, and may have been
 * handed back, ends the program.
 *
 * expect: fatal
 */

#include "dies.h"


static void
misuse(size_t size)
{
    static void *object[5000];
    size_t       i, count = size > 4096 ? 20 : 5000;

    for (i = 0; i < count; i++) {
        object[i] = malloc(size);
        NP_NEED(object[i] != NULL);
    }

    for (i = 0; i < count; i++) {
        free(np_keep(object[i]));
    }

    free(np_keep(object[count / 2]));
}


int
main(void)
{
    np_dies_each(misuse, "double free|foreign|interior",
                 "double free|foreign|interior");
    misuse(256);

    return 0;
}
