/*
 * calloc is zero wherever its memory comes from: new, freed a moment ago,
 * given back by malloc_trim, freed by another thread; small, medium, huge.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <malloc.h>
#include <pthread.h>

#define OBJECTS 400

static void *object[OBJECTS];


/* leaves every byte of OBJECTS objects dirty and freed */
static void *
soil(void *number)
{
    size_t i, size = (size_t) (uintptr_t) number;
    size_t count = size > 100000 ? 4 : OBJECTS;

    for (i = 0; i < count; i++) {
        object[i] = malloc(size);
        NP_NEED(object[i] != NULL);
        memset(object[i], 0xa5, malloc_usable_size(object[i]));
    }

    for (i = 0; i < count; i++) {
        free(object[i * 7 % count]);
    }

    return NULL;
}


static void
check(size_t size)
{
    size_t i, count = size > 100000 ? 4 : OBJECTS;

    for (i = 0; i < count; i++) {
        object[i] = calloc(i % 2 ? 1 : size, i % 2 ? size : 1);
        NP_NEED(object[i] != NULL && np_keep_is_zero(object[i], size));
    }

    for (i = 0; i < count; i++) {
        free(object[i]);
    }
}


int
main(void)
{
    static const size_t sizes[]
        = {1,      16,     40,      100,     256,     300,     1000,  2047,
           4000,   4095,   4096,    4097,    10000,   16384,   65536, 100000,
           131072, 300000, 1 << 20, 3 << 20, 5 << 20, 40 << 20};
    pthread_t thread;
    size_t    i;
    void     *size;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size = (void *) (uintptr_t) sizes[i];
        check(sizes[i]);
        soil(size);
        check(sizes[i]);
        soil(size);
        malloc_trim(0);
        check(sizes[i]);
        NP_NEED(pthread_create(&thread, NULL, soil, size) == 0);
        NP_NEED(pthread_join(thread, NULL) == 0);
        check(sizes[i]);
    }

    return 0;
}
