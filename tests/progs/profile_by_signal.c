/*
 * NGXPOOL_PROFILE_SIGNAL: the signal begins a profile, the next one stops it;
 * the program that it interrupts keeps its errno.
 *
 * env: NGXPOOL_PROFILE_SIGNAL=12 NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <errno.h>
#include <signal.h>

static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


static void
churns(void)
{
    unsigned i;

    for (i = 0; i < 100000; i++) {
        free(makes(200));
    }
}


int
main(void)
{
    np_prof_t p;
    uint64_t  samples;

    churns();
    NP_NEED(np_prof_open(&p, getpid(), 0) == -1);
    errno = EXDEV;
    NP_NEED(raise(12) == 0);
    NP_NEED(errno == EXDEV);
    p = np_prof_own();
    NP_NEED(p.h->interval == 512 * 1024 && p.h->ended == NP_ENDED_NOT);
    churns();
    samples = np_prof_sum(&p, (uintptr_t) makes).samples;
    NP_NEED(samples > 5 && samples < 200);
    errno = EXDEV;
    NP_NEED(raise(12) == 0);
    NP_NEED(errno == EXDEV);
    NP_NEED(p.h->ended == NP_ENDED_STOPPED);
    samples = np_prof_sum(&p, (uintptr_t) makes).samples;
    churns();
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).samples == samples);
    NP_NEED(raise(12) == 0);
    churns();
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).samples > samples);
    np_laws(&p);

    return 0;
}
