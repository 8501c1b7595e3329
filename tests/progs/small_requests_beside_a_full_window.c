/*
 * More large blocks than the address space of the heap holds: they get
 * mappings of their own, and small requests are served as ever.
 *
 * env: NGXPOOL_CHECK=0
 * only: libngxpool
 * expect: exit 0
 */

#include "keep.h"

#define LARGE  ((size_t) 31 << 20)
#define LARGES 4400 /* 133 GiB; the window has 128 */

static void *large[LARGES];


int
main(void)
{
    size_t i;

    /* none is touched, but in check mode: the machine need not have so much */
    for (i = 0; i < LARGES; i++) {
        large[i] = np_keep(malloc(LARGE));

        if (large[i] == NULL) {
            np_keep_skip("so much address space is not to be had");
        }
    }

    np_keep_small_ones();

    for (i = 0; i < LARGES; i++) {
        free(large[i]);
    }

    return 0;
}
