/*
 * A heap far larger than memory, none of which is touched: what is asked for
 * behind it is served as ever, and not by a mapping each, of which the kernel
 * lets a process have 65530.
 *
 * env: NGXPOOL_CHECK=0
 * only: libngxpool
 * expect: exit 0
 */

#include "keep.h"

#define LARGE   ((size_t) 31 << 20)
#define LARGES  2000
#define MIDDLE  66000
#define MIDDLES 70000

static void *large[LARGES], *middle[MIDDLES];


static void
take(void **block, size_t n, size_t size)
{
    size_t i;

    for (i = 0; i < n; i++) {
        block[i] = np_keep(malloc(size));

        if (block[i] == NULL && i < 1000) {
            np_keep_skip("so much address space is not to be had");
        }

        NP_NEED(block[i] != NULL);
    }
}


int
main(void)
{
    size_t i;

    take(large, LARGES, LARGE);
    take(middle, MIDDLES, MIDDLE);

    np_keep_small_ones();

    for (i = 0; i < MIDDLES; i++) {
        free(middle[i]);
    }

    for (i = 0; i < LARGES; i++) {
        free(large[i]);
    }

    return 0;
}
