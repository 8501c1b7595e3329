/*
 * malloc_trim(0) gives free memory back to the system, says so, and what is
 * still in use stays as it was.
 *
 * expect: exit 0
 * env: NGXPOOL_PURGE=off
 * needs: reclaim
 */

#include "keep.h"

#include <malloc.h>

#define OBJECTS 100000
#define KEPT(i) ((i) % 64 == 0)

static void *object[OBJECTS];


int
main(void)
{
    size_t i;
    long   peak, trimmed;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(i % 1000 + 500);
        NP_NEED(object[i] != NULL);
        np_keep_fill(object[i], i % 1000 + 500, (unsigned) i);
    }

    peak = np_keep_status("VmRSS:");

    for (i = 0; i < OBJECTS; i++) {
        if (!KEPT(i)) {
            free(object[i]);
        }
    }

    NP_NEED(malloc_trim(0) == 1);
    trimmed = np_keep_status("VmRSS:");
    printf("%ld of %ld KiB left\n", trimmed, peak);
    NP_NEED(trimmed * 100 <= peak * 30);

    for (i = 0; i < OBJECTS; i++) {
        NP_NEED(!KEPT(i)
                || np_keep_is_filled(object[i], i % 1000 + 500, (unsigned) i));
    }

    return 0;
}
