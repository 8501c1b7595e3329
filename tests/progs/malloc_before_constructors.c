/*
 * malloc serves a call that comes before the constructor of any library.
 *
 * expect: exit 0
 */

#include "keep.h"

static void *early[64];


static void
before(void)
{
    size_t i;

    for (i = 0; i < 64; i++) {
        early[i] = malloc(i * 100);
        NP_NEED(early[i] != NULL);
        np_keep_fill(early[i], i * 100, (unsigned) i);
    }

    free(early[3]);
    early[3] = NULL;
}


__attribute__((section(".preinit_array"), used)) static void (*first)(void)
    = before;


int
main(void)
{
    size_t i;

    NP_NEED(first == before && early[0] != NULL);

    for (i = 0; i < 64; i++) {
        NP_NEED(early[i] == NULL
                || np_keep_is_filled(early[i], i * 100, (unsigned) i));
        early[i] = realloc(early[i], i * 200 + 1);
        NP_NEED(early[i] != NULL);
        free(early[i]);
    }

    return 0;
}
