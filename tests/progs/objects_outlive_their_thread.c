/*
 * Objects of threads that ended stay whole, can be resized and freed by
 * others, and their memory serves later requests: the process stays small.
 *
 * expect: exit 0
 * needs: reclaim
 */

#include "keep.h"

#include <pthread.h>

#define OBJECTS 500

static void *object[OBJECTS];


static void *
work(void *number)
{
    size_t i;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = malloc(i * 10 + 1);
        NP_NEED(object[i] != NULL);
        np_keep_fill(object[i], i * 10 + 1, (unsigned) i);
    }

    return number;
}


int
main(void)
{
    pthread_t thread;
    size_t    i, n;
    long      peak;

    for (n = 0; n < 300; n++) {
        NP_NEED(pthread_create(&thread, NULL, work, NULL) == 0);
        NP_NEED(pthread_join(thread, NULL) == 0);

        for (i = 0; i < OBJECTS; i++) {
            object[i] = realloc(object[i], i * 11 + 1);
            NP_NEED(np_keep_is_filled(object[i], i * 10 + 1, (unsigned) i));
            free(object[i]);
        }
    }

    peak = np_keep_status("VmHWM:");
    printf("peak %ld KiB\n", peak);
    NP_NEED(peak <= 20 * 1024);

    return 0;
}
