/*
 * An object freed again after its neighbours were freed ends the program.
 *
 * expect: fatal "double free"
 */

#include "dies.h"


static void
misuse(size_t size)
{
    static void *object[100];
    size_t       i;

    for (i = 0; i < 100; i++) {
        object[i] = malloc(size);
        NP_NEED(object[i] != NULL);
    }

    for (i = 10; i < 90; i++) {
        free(np_keep(object[i]));
    }

    free(np_keep(object[50]));
}


int
main(void)
{
    np_dies_each(misuse, "double free", "double free|foreign|interior");
    misuse(48);

    return 0;
}
