/*
 * Under a small RLIMIT_AS the family gives NULL and ENOMEM when memory is
 * out, loses nothing by that, and serves again what was freed.
 *
 * expect: exit 0
 * needs: reclaim
 */

#include "keep.h"

#include <errno.h>
#include <malloc.h>
#include <sys/resource.h>

#define ROOM ((size_t) 192 << 20)

typedef struct node_s {
    struct node_s *next;
} node_t;

static node_t *all;


/* objects of that size until there are no more, in bytes */
static size_t
exhaust(size_t size)
{
    size_t  sum = 0;
    node_t *n;

    for (;;) {
        errno = 0;
        n = malloc(size);

        if (n == NULL) {
            NP_NEED(errno == ENOMEM);
            return sum;
        }

        np_keep_fill(n + 1, size < 64 ? size - 8 : 56, (unsigned) size);
        n->next = all;
        all = n;
        sum += size;
        NP_NEED(sum <= ROOM + ((size_t) 32 << 20));
    }
}


static void
drop(size_t size)
{
    node_t *n;

    while (all != NULL) {
        n = all;
        all = n->next;
        NP_NEED(np_keep_is_filled(n + 1, size < 64 ? size - 8 : 56,
                                  (unsigned) size));
        free(n);
    }
}


/* what is asked for while nothing is left fails in peace */
static void
refuse(void)
{
    void *m = NULL;

    NP_NEED(np_keep(malloc(ROOM)) == NULL && errno == ENOMEM);
    NP_NEED(np_keep(calloc(ROOM, 1)) == NULL && errno == ENOMEM);
    NP_NEED(np_keep(memalign(4096, ROOM)) == NULL && errno == ENOMEM);
    NP_NEED(posix_memalign(&m, 64, ROOM) == ENOMEM);
    NP_NEED(np_keep(realloc(all, ROOM)) == NULL && errno == ENOMEM);
}


int
main(void)
{
    static const size_t sizes[] = {1000, 40, 5000, 1 << 20, 300, 100000};
    struct rlimit       limit;
    size_t              i, round, sum, least = SIZE_MAX;

    limit.rlim_cur = limit.rlim_max
        = (rlim_t) np_keep_status("VmSize:") * 1024 + ROOM;
    NP_NEED(setrlimit(RLIMIT_AS, &limit) == 0);

    for (round = 0; round < 2; round++) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            sum = exhaust(sizes[i]);
            least = sum < least ? sum : least;
            refuse();
            drop(sizes[i]);
        }
    }

    printf("at least %zu of %zu MiB served\n", least >> 20, ROOM >> 20);
    NP_NEED(least >= ROOM / 3);

    return 0;
}
