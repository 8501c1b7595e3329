/*
 * 200 000 objects of mixed sizes up to 100 KiB, two thirds of them freed and
 * the rest trimmed around, need few mappings: a process may have 65 530.
 *
 * expect: exit 0
 * needs: unguarded
 */

#include "keep.h"

#include <malloc.h>

#define OBJECTS 200000

static void *object[OBJECTS];


int
main(void)
{
    long   before = np_keep_mappings(), after;
    size_t i, n;

    for (i = 0; i < OBJECTS; i++) {
        n = i % 512 == 0 ? i * 89 % 100000 : i * 31 % 3000;
        object[i] = malloc(n + 1);
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, 1);
    }

    for (i = 0; i < OBJECTS; i++) {
        if (i % 3 != 0) {
            free(object[i]);
        }
    }

    malloc_trim(0);
    after = np_keep_mappings();
    printf("%ld mappings before, %ld after\n", before, after);
    NP_NEED(after <= before + 100);

    return 0;
}
