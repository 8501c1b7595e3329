/*
 * An exact profile has each call, each byte asked for and given, and what is
 * alive, to the byte, at its call site; and the highest of it.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_laws.h"

#include <malloc.h>

#include "preload/ngxpool.h"

#define NP_OBJECTS 1000

int ngxpool_profile_dump(void) __attribute__((weak));

static char  *object[NP_OBJECTS];
static size_t asked[NP_OBJECTS];

static NP_SITE void *
by_malloc(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE void *
by_calloc(size_t n)
{
    return np_keep(calloc(1, n));
}


static NP_SITE void *
by_memalign(size_t n)
{
    return np_keep(memalign(64, n));
}


static NP_SITE void *
by_posix_memalign(size_t n)
{
    void *m = NULL;

    NP_NEED(posix_memalign(&m, 4096, n) == 0);

    return np_keep(m);
}


static NP_SITE void *
by_realloc(size_t n)
{
    return np_keep(realloc(NULL, n));
}


typedef void *(*np_make_pt)(size_t);

static const np_make_pt make[]
    = {by_malloc, by_calloc, by_memalign, by_posix_memalign, by_realloc};


/* what one function's site must say of the objects */
static void
need_site(np_make_pt f, unsigned freed)
{
    np_prof_t        p = np_prof_own();
    np_format_site_t s = np_prof_sum(&p, (uintptr_t) f);
    uint64_t         bytes = 0, live = 0, slack = 0, live_slack = 0, given;
    unsigned         i;

    for (i = 0; i < NP_OBJECTS; i++) {
        given = i >= freed ? malloc_usable_size(object[i]) - asked[i] : 0;
        bytes += asked[i];
        live += i >= freed ? asked[i] : 0;
        live_slack += given;
    }

    slack = s.slack;
    NP_NEED(s.node == 1);
    NP_NEED(s.allocs == NP_OBJECTS && s.alloc_bytes == bytes);
    NP_NEED(s.samples == NP_OBJECTS && s.free_samples == freed);
    NP_NEED(s.frees == freed && s.free_bytes == bytes - live);
    NP_NEED(s.live_objects == NP_OBJECTS - freed && s.live_bytes == live);
    NP_NEED(s.peak_objects == NP_OBJECTS && s.peak_bytes == bytes);
    NP_NEED(s.live_slack == live_slack && slack >= live_slack);
    NP_NEED(freed != 0 || slack == live_slack);
    NP_NEED(s.reallocs == 0 && s.remote == 0);
}


static void
test(np_make_pt f, uint64_t *random)
{
    unsigned i;

    for (i = 0; i < NP_OBJECTS; i++) {
        asked[i] = i % 50 == 0 ? i * 400 : np_keep_random(random) % 5000;
        asked[i] = asked[i] == 0 && f == by_realloc ? 1 : asked[i];
        object[i] = f(asked[i]);
        NP_NEED(object[i] != NULL);
    }

    need_site(f, 0);

    for (i = 0; i < NP_OBJECTS / 3; i++) {
        free(object[i]);
    }

    need_site(f, NP_OBJECTS / 3);

    for (; i < NP_OBJECTS; i++) {
        free(object[i]);
    }
}


int
main(void)
{
    uint64_t         random = 7;
    np_prof_t        p = np_prof_own();
    np_format_site_t s;
    size_t           i;

    for (i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
        test(make[i], &random);
        NP_NEED(ngxpool_profile_dump() == 0);
        np_laws_exact(&p);
    }

    for (i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
        s = np_prof_sum(&p, (uintptr_t) make[i]);
        NP_NEED(s.live_bytes == 0 && s.live_slack == 0);
    }

    return 0;
}
