/*
 * free leaves errno alone, for small, large and mapped blocks, for NULL, and
 * when it gives memory back to the system.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <errno.h>

#define OBJECTS 20000


int
main(void)
{
    static void *object[OBJECTS];
    size_t       i, n;

    for (n = 1; n <= 64 << 20; n *= 2) {
        void *m = malloc(n);

        NP_NEED(m != NULL);
        memset(m, 1, n);
        errno = 1234;
        free(np_keep(m));
        NP_NEED(errno == 1234);
    }

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(i % 4000 + 1);
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, i % 4000 + 1);
    }

    errno = 4321;
    free(NULL);

    for (i = 0; i < OBJECTS; i++) {
        free(object[i]);
        NP_NEED(errno == 4321);
    }

    return 0;
}
