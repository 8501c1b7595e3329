/*
 * Requests of no bytes give distinct aligned objects that can be freed.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>

#define OBJECTS 999

static void *object[OBJECTS];


static int
compare(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (void *const *) a;
    uintptr_t y = (uintptr_t) * (void *const *) b;

    return (x > y) - (x < y);
}


int
main(void)
{
    size_t i, none = np_keep_size(0);

    for (i = 0; i < OBJECTS; i += 9) {
        object[i] = malloc(none);
        object[i + 1] = calloc(none, 1);
        object[i + 2] = calloc(1, none);
        object[i + 3] = realloc(NULL, none);
        object[i + 4] = reallocarray(NULL, 5, none);
        object[i + 5] = memalign(16, none);
        object[i + 6] = aligned_alloc(16, none);
        object[i + 7] = malloc(none);
        NP_NEED(posix_memalign(&object[i + 8], 16, none) == 0);
    }

    qsort(object, OBJECTS, sizeof(void *), compare);

    for (i = 0; i < OBJECTS; i++) {
        NP_NEED(object[i] != NULL && (uintptr_t) object[i] % 16 == 0);
        NP_NEED(i == 0 || object[i] != object[i - 1]);
    }

    for (i = 0; i < OBJECTS; i++) {
        free(object[i]);
    }

    return 0;
}
