/*
 * How long objects lived, in bytes allocated meanwhile, and how many of them
 * were temporary.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

static NP_SITE void *
lives(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE void *
passes(size_t n)
{
    return np_keep(malloc(n));
}


int
main(void)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    uint64_t         sum = 0;
    size_t           n;
    void            *m;
    unsigned         i;

    for (i = 0; i < NP_LIVES; i++) {
        m = lives(64);
        /* nothing, 1 KiB, 2 KiB, 4 KiB ... but 24 bytes */
        n = i == 0 ? 0 : ((size_t) 1 << (i + 9));
        n = n < ((size_t) 64 << 20) ? n : (size_t) 64 << 20;
        sum += n;

        if (n != 0) {
            free(passes(n));
        }

        free(m);
    }

    s = np_prof_sum(&p, (uintptr_t) lives);
    NP_NEED(s.frees == NP_LIVES && s.life_bytes == sum);

    for (i = 0; i < 17; i++) {
        NP_NEED(s.life[i] == 1);
    }

    NP_NEED(s.temporary == 5 && s.temporary_bytes == 5 * 64);

    /* nothing else was allocated in the life of these */
    s = np_prof_sum(&p, (uintptr_t) passes);
    NP_NEED(s.frees == NP_LIVES - 1 && s.life_bytes == 0);
    NP_NEED(s.life[0] == NP_LIVES - 1 && s.temporary == NP_LIVES - 1);

    return 0;
}
