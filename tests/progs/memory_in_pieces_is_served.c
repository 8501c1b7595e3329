/*
 * Memory that is free in pieces, none as long as a grown pool's next block,
 * serves small requests to its end; and when nothing is left, a realloc that
 * shrinks still works.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <sys/resource.h>

#define ROOM   ((size_t) 256 << 20)
#define PIECE  ((size_t) 100000)
#define OBJECT ((size_t) 4000)

static char *piece[ROOM / PIECE + 1];


int
main(void)
{
    static const size_t smaller[] = {50000, 3000, 1000, 40};

    struct rlimit limit = {ROOM, ROOM};
    size_t        i, n, served;

    NP_NEED(setrlimit(RLIMIT_AS, &limit) == 0);

    for (n = 0; n < sizeof(piece) / sizeof(piece[0]); n++) {
        piece[n] = np_keep(malloc(PIECE));

        if (piece[n] == NULL) {
            break;
        }
    }

    NP_NEED(n > 100);

    for (i = 0; i < n; i += 2) {
        free(piece[i]);
        piece[i] = NULL;
    }

    for (served = 0; np_keep(malloc(OBJECT)) != NULL; served += OBJECT) {
        NP_NEED(served < ROOM);
    }

    NP_NEED(served > n / 2 * PIECE / 10 * 8);

    for (i = 1; i < n; i += 2) {
        np_keep_fill(piece[i], 40, (unsigned) i);
    }

    for (i = 1; i + 1 < n; i += 2) {
        piece[i] = np_keep(realloc(piece[i], smaller[i / 2 % 4]));
        NP_NEED(piece[i] != NULL);
        NP_NEED(np_keep_is_filled(piece[i], 40, (unsigned) i));
    }

    return 0;
}
