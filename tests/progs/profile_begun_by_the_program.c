/*
 * The program begins, stops and goes on by itself: what it allocates
 * meanwhile is attributed, to the byte, and followed to its end; nothing
 * else is.  Before the first begin there is no libunwind and no file.
 *
 * env: NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"
#include "profile_calls.h"

#include <dlfcn.h>
#include <link.h>

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static int
is_unwind(struct dl_phdr_info *info, size_t size, void *found)
{
    *(int *) found |= size != 0 && strstr(info->dlpi_name, "unwind") != NULL;

    return 0;
}


static int
has_unwind(void)
{
    int found = 0;

    dl_iterate_phdr(is_unwind, &found);

    return found;
}


int
main(void)
{
    np_prof_t        p;
    np_format_site_t s;
    void            *a, *b, *c, *d;

    a = makes(10);
    NP_NEED(!has_unwind() && np_prof_open(&p, getpid(), 0) == -1);
    NP_NEED(ngxpool_profile_stop() == -1);
    NP_NEED(ngxpool_profile_dump() == -1);

    NP_NEED(ngxpool_profile_start(0) == 0);
    NP_NEED(has_unwind());
    NP_NEED(ngxpool_profile_start(0) == -1);
    p = np_prof_own();
    NP_NEED(p.h->gaps == 1);
    b = makes(20);
    c = makes(30);
    free(a);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 2 && s.live_bytes == 50 && s.frees == 0);
    c = np_keep(realloc(c, 31));
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).live_bytes == 20);

    NP_NEED(ngxpool_profile_stop() == 0);
    NP_NEED(ngxpool_profile_stop() == -1);
    NP_NEED(p.h->ended == NP_ENDED_STOPPED && p.h->heap_known == 0);
    d = makes(40);
    free(b);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 2 && s.live_bytes == 0 && s.frees == 2);

    /* at the interval that it began with */
    NP_NEED(ngxpool_profile_start(4096) == 0);
    NP_NEED(p.h->ended == NP_ENDED_NOT && p.h->interval == 0);
    NP_NEED(p.h->gaps == 2);
    b = makes(50);
    free(d);
    NP_NEED(ngxpool_profile_dump() == 0);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.allocs == 3 && s.live_bytes == 50 && s.frees == 2);
    NP_NEED(p.h->live_bytes >= 81 && p.h->gaps == 2);
    free(b);
    free(c);
    np_laws(&p);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.live_bytes == 0);
    NP_NEED(np_prof_open(&p, getpid(), 1) == -1);

    return 0;
}
