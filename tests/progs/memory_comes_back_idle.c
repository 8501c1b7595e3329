/*
 * After 300 000 objects of 512 to 2048 bytes, 95 % of them freed in random
 * order, and two seconds without a call, the process holds at most 0.35 of
 * its peak.
 *
 * expect: exit 0
 * only: libngxpool
 * needs: reclaim
 */

#include "keep.h"

#define OBJECTS 300000

static void *object[OBJECTS];


int
main(void)
{
    uint64_t state = 1;
    size_t   i, k, n;
    long     peak, idle;
    void    *m;

    for (i = 0; i < OBJECTS; i++) {
        n = 512 + np_keep_random(&state) % 1537;
        object[i] = malloc(n);
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, n);
    }

    peak = np_keep_status("VmRSS:");

    for (i = OBJECTS - 1; i > 0; i--) {
        k = np_keep_random(&state) % (i + 1);
        m = object[i];
        object[i] = object[k];
        object[k] = m;
    }

    for (i = 0; i < OBJECTS / 20 * 19; i++) {
        free(object[i]);
    }

    sleep(2);
    idle = np_keep_status("VmRSS:");
    printf("%ld of %ld KiB: %ld.%02ld of the peak\n", idle, peak, idle / peak,
           idle * 100 / peak % 100);
    NP_NEED(idle * 100 <= peak * 35);

    return 0;
}
