/*
 * NGXPOOL_ABORT=ignore: a line, and the call does nothing; the heap is
 * sound afterwards.
 *
 * expect: exit 0
 * expect: says "double free"
 * env: NGXPOOL_ABORT=ignore
 * only: libngxpool
 */

#include "keep.h"


int
main(void)
{
    static char *object[1000];
    char        *m = np_keep(malloc(100));
    size_t       i;

    free(np_keep(m));
    free(np_keep(m));
    free(np_keep(m + 8));
    free(np_keep((char *) object + 16));

    for (i = 0; i < 1000; i++) {
        object[i] = malloc(100);
        NP_NEED(object[i] != NULL);
        np_keep_fill(object[i], 100, (unsigned) i);
    }

    for (i = 0; i < 1000; i++) {
        NP_NEED(np_keep_is_filled(object[i], 100, (unsigned) i));
        free(object[i]);
    }

    return 0;
}
