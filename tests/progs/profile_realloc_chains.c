/*
 * realloc: calls, those that stayed in place, bytes grown by and bytes copied
 * are exact, for slots and large blocks, grown, shrunk and moved; what is
 * alive is what the last call asked for, by a thread that did nothing else
 * before, too.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_laws.h"

#include <malloc.h>
#include <pthread.h>

int ngxpool_profile_dump(void) __attribute__((weak));

static char    *kept;
static size_t   kept_size;
static uint64_t calls, in_place, grown, copied;


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static NP_SITE void *
resizes(void *m, size_t n)
{
    return np_keep(realloc(m, n));
}


static NP_SITE void *
resizes_in_thread(void *unused)
{
    kept = np_keep(realloc(kept, 120));

    return unused;
}


static void
step(size_t n)
{
    uintptr_t        before = (uintptr_t) kept;
    np_prof_t        p;
    np_format_site_t s;

    kept = resizes(kept, n);
    NP_NEED(kept != NULL);
    calls++;
    grown += n > kept_size ? n - kept_size : 0;

    if ((uintptr_t) kept == before) {
        in_place++;

    } else {
        copied += n < kept_size ? n : kept_size;
    }

    kept_size = n;
    p = np_prof_own();
    s = np_prof_sum(&p, (uintptr_t) resizes);
    NP_NEED(s.allocs == calls && s.reallocs == calls);
    NP_NEED(s.live_bytes == n && s.live_objects == 1);
    NP_NEED(s.live_slack == malloc_usable_size(kept) - n);
    munmap((void *) (uintptr_t) p.base, p.bytes);
}


int
main(void)
{
    pthread_t        t;
    np_prof_t        p;
    np_format_site_t s;
    size_t           n;

    kept_size = 10;
    kept = makes(kept_size);

    for (n = 11; n < 6000; n += 1 + n / 9) {
        step(n);
    }

    for (; n < 3000000; n += n / 4) {
        step(n);
        step(n - 100);
    }

    for (; n > 100; n = n / 3 * 2) {
        step(n);
    }

    step(100);
    p = np_prof_own();
    s = np_prof_sum(&p, (uintptr_t) resizes);
    NP_NEED(s.realloc_in_place == in_place && in_place > 5);
    NP_NEED(s.realloc_grown == grown && s.realloc_copied == copied);
    /* one object all the time: nothing was freed soon, or together */
    NP_NEED(s.temporary == 0 && s.temporary_bytes == 0 && s.lifo == 0);
    NP_NEED(s.frees == calls - 1 && s.runs == s.frees);
    NP_NEED(s.longest_run <= s.node);
    s = np_prof_sum(&p, (uintptr_t) makes);
    NP_NEED(s.live_bytes == 0 && s.frees == 1 && s.live_slack == 0);
    NP_NEED(s.temporary == 0);

    /* in place, as the first thing that a thread does */
    step(112);
    step(120);
    step(113);
    NP_NEED(pthread_create(&t, NULL, resizes_in_thread, NULL) == 0);
    NP_NEED(pthread_join(t, NULL) == 0);
    s = np_prof_sum(&p, (uintptr_t) resizes_in_thread);
    NP_NEED(s.allocs == 1 && s.live_bytes == 120);
    NP_NEED(s.realloc_in_place == 1 && s.realloc_grown == 7);
    s = np_prof_sum(&p, (uintptr_t) resizes);
    NP_NEED(s.live_bytes == 0 && s.live_slack == 0);
    free(kept);
    s = np_prof_sum(&p, (uintptr_t) resizes_in_thread);
    NP_NEED(s.frees == 1 && s.temporary == 1);
    NP_NEED(ngxpool_profile_dump() == 0);
    np_laws_exact(&p);

    return 0;
}
