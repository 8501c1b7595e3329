/*
 * Many aligned objects of mixed alignments and sizes, alive at the same time
 * and freed in random order, do not touch each other.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>

#define OBJECTS 2000

static struct {
    void  *m;
    size_t n;
} object[OBJECTS];


int
main(void)
{
    uint64_t state = 1;
    size_t   i, k, a;

    for (k = 0; k < 20 * OBJECTS; k++) {
        i = np_keep_random(&state) % OBJECTS;

        if (object[i].m != NULL) {
            NP_NEED(np_keep_is_filled(object[i].m, object[i].n, (unsigned) i));
            free(object[i].m);
        }

        a = (size_t) 1 << np_keep_random(&state) % 17;
        object[i].n = np_keep_random(&state) % (k % 64 ? 700 : 70000) + 1;
        object[i].m = memalign(a, object[i].n);
        NP_NEED(object[i].m != NULL && (uintptr_t) object[i].m % a == 0);
        np_keep_fill(object[i].m, object[i].n, (unsigned) i);
    }

    for (i = 0; i < OBJECTS; i++) {
        NP_NEED(np_keep_is_filled(object[i].m, object[i].n, (unsigned) i));
        free(object[i].m);
    }

    return 0;
}
