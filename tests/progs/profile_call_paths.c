/*
 * Call paths: recursion of many depths, each a site of its own until the
 * depth that is kept; long jumps out of them; the same function by different
 * callers.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof NGXPOOL_PROFILE_DEPTH=64
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <setjmp.h>

#define NP_DEEP 40

int ngxpool_profile_dump(void) __attribute__((weak));

static jmp_buf back;


static NP_SITE void *
leaf(size_t n)
{
    return np_keep(malloc(n));
}


/* frames of varying size */
static NP_SITE void *
recurses(unsigned depth, size_t n, int jumps)
{
    char *room = (char *) np_keep(__builtin_alloca(16 + depth * 40 % 1000));
    void *m;

    room[0] = 1;
    m = depth == 0 ? leaf(n) : recurses(depth - 1, n, jumps);

    if (depth == 0 && jumps) {
        free(m);
        longjmp(back, 1);
    }

    np_keep(room);

    return np_keep(m);
}


static NP_SITE void *
by_one(size_t n)
{
    return np_keep(leaf(n));
}


static NP_SITE void *
by_another(size_t n)
{
    return np_keep(leaf(n));
}


static uintptr_t path[NP_DEEP + 2];


/* what was allocated by so many frames of recursion below main, and no more */
static uint64_t
at_depth(const np_prof_t *p, unsigned depth)
{
    uint64_t more;

    more = np_prof_path(p, path, depth + 3).alloc_bytes;

    return np_prof_path(p, path, depth + 2).alloc_bytes - more;
}


int
main(void)
{
    np_prof_t         p = np_prof_own();
    volatile unsigned i, k;
    unsigned          n;

    path[0] = (uintptr_t) leaf;

    for (n = 1; n < NP_DEEP + 2; n++) {
        path[n] = (uintptr_t) recurses;
    }

    for (k = 0; k < 3; k++) {
        for (i = 0; i < NP_DEEP; i += 3) {
            free(recurses(i, i + 1, 0));
            free(by_one(7));

            if (setjmp(back) == 0) {
                free(recurses(NP_DEEP - 1 - i, 1000 * i + 1000, 1));
            }

            free(by_another(9));
        }
    }

    for (n = 0; n + 1 < NP_DEEP; n++) {
        NP_NEED(at_depth(&p, n)
                == (n % 3 == 0 ? 3 * (n + 1) : 0)
                       + ((NP_DEEP - 1 - n) % 3 == 0
                              ? 3 * (1000 * (NP_DEEP - 1 - n) + 1000)
                              : 0));
    }

    path[1] = (uintptr_t) by_one;
    NP_NEED(np_prof_path(&p, path, 2).alloc_bytes == 3 * 14 * 7);
    path[1] = (uintptr_t) by_another;
    NP_NEED(np_prof_path(&p, path, 2).alloc_bytes == 3 * 14 * 9);
    NP_NEED(ngxpool_profile_dump() == 0);
    NP_NEED(p.h->broken == 0);
    NP_NEED(p.h->memo_hits > p.h->steps);
    np_laws(&p);

    return 0;
}
