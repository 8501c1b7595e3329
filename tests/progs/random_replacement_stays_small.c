/*
 * Objects of mixed sizes replaced at random, a million times: the process
 * stays within a third of what its objects and their bookkeeping need.
 *
 * expect: exit 0
 * needs: reclaim unchecked
 */

#include "keep.h"

#define OBJECTS 20000

static void  *object[OBJECTS];
static size_t size[OBJECTS];


int
main(void)
{
    uint64_t state = 1;
    size_t   i, n, live = 0, peak = 0;
    long     base, grown;

    memset(object, 0, sizeof(object));
    memset(size, 0, sizeof(size));
    base = np_keep_status("VmRSS:");

    for (n = 0; n < 1000000; n++) {
        i = np_keep_random(&state) % OBJECTS;
        free(object[i]);
        live -= size[i];
        size[i] = 16 + np_keep_random(&state) % 2000;
        object[i] = malloc(size[i]);
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, size[i]);
        live += size[i];
        peak = live > peak ? live : peak;
    }

    grown = np_keep_status("VmHWM:") - base;
    printf("%ld KiB for %zu KiB of objects\n", grown, peak >> 10);
    NP_NEED((size_t) grown * 100 <= (peak >> 10) * 133);

    return 0;
}
