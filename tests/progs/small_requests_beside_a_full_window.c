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
#define SMALLS 200000

static void *large[LARGES];
static char *small[SMALLS];


int
main(void)
{
    size_t i;

    /* none is touched (in check mode all are): the machine need not have that much */
    for (i = 0; i < LARGES; i++) {
        large[i] = np_keep(malloc(LARGE));

        if (large[i] == NULL) {
            np_keep_skip("so much address space is not to be had");
        }
    }

    for (i = 0; i < SMALLS; i++) {
        small[i] = np_keep(malloc(100));
        NP_NEED(small[i] != NULL);
        np_keep_fill(small[i], 100, (unsigned) i);
    }

    for (i = 0; i < SMALLS; i++) {
        NP_NEED(np_keep_is_filled(small[i], 100, (unsigned) i));
        free(small[i]);
    }

    for (i = 0; i < LARGES; i++) {
        free(large[i]);
    }

    return 0;
}
