/*
 * Freed objects leave holes that later objects fill: when every second one
 * is freed and as many of the same sizes are made again, and again, the
 * process does not grow.
 *
 * expect: exit 0
 * needs: reclaim unchecked
 */

#include "keep.h"

#define OBJECTS 60000

static void *object[OBJECTS];
static void *other[OBJECTS];


static void *
make(size_t i)
{
    size_t size = i * 37 % 1500 + 1;
    void  *m = malloc(size);

    NP_NEED(m != NULL);
    memset(m, 1, size);

    return m;
}


int
main(void)
{
    size_t i, round;
    long   full, again;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = make(i);
    }

    memset(other, 1, sizeof(other));
    full = np_keep_status("VmRSS:");

    for (round = 0; round < 10; round++) {
        for (i = round % 2; i < OBJECTS; i += 2) {
            free(object[i]);
        }

        for (i = round % 2; i < OBJECTS; i += 2) {
            other[i] = make(i);
        }

        for (i = round % 2; i < OBJECTS; i += 2) {
            object[i] = other[i];
        }
    }

    again = np_keep_status("VmHWM:");
    printf("%ld KiB, then at most %ld\n", full, again);
    NP_NEED(again * 100 <= full * 115);

    return 0;
}
