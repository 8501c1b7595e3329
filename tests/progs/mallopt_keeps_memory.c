/*
 * mallopt(M_TRIM_THRESHOLD, -1), as real-time programs ask: what is freed from
 * then on stays with the process until malloc_trim, or until another threshold
 * is set.  Asked before the first request.  What the C library refuses is
 * refused.
 *
 * expect: exit 0
 * needs: reclaim unchecked unguarded
 */

#include "keep.h"

#include <malloc.h>

#define OBJECTS 20000
#define BLOCKS  40
#define BLOCK   ((size_t) 1 << 20)

static void *object[OBJECTS];
static void *block[BLOCKS];


/* 60 MiB, used and freed; what is resident then, in KiB */
static long
used_and_freed(void)
{
    size_t i;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = np_keep(malloc(1000));
        NP_NEED(object[i] != NULL);
        memset(object[i], 1, 1000);
    }

    for (i = 0; i < BLOCKS; i++) {
        block[i] = np_keep(malloc(BLOCK));
        NP_NEED(block[i] != NULL);
        memset(block[i], 1, BLOCK);
    }

    for (i = 0; i < OBJECTS; i++) {
        free(object[i]);
    }

    for (i = 0; i < BLOCKS; i++) {
        free(block[i]);
    }

    return np_keep_status("VmRSS:");
}


int
main(void)
{
    long kept, trimmed;

    NP_NEED(mallopt(M_TRIM_THRESHOLD, -1) == 1);
    NP_NEED(mallopt(M_MMAP_MAX, 0) == 1);
    NP_NEED(mallopt(M_MXFAST, 160) == 1);
    NP_NEED(mallopt(M_MXFAST, 161) == 0);

    kept = used_and_freed();
    NP_NEED(kept > 55 << 10);
    NP_NEED(malloc_trim(0) == 1);
    trimmed = np_keep_status("VmRSS:");
    NP_NEED(trimmed < kept - (50 << 10));
    NP_NEED(used_and_freed() > 55 << 10);

    NP_NEED(mallopt(M_TRIM_THRESHOLD, 128 << 10) == 1);
    trimmed = used_and_freed();
    printf("%ld KiB kept, %ld when not\n", kept, trimmed);
    NP_NEED(trimmed < kept - (30 << 10));

    return 0;
}
