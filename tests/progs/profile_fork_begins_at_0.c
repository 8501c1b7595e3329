/*
 * A forked child's profile begins at 0: how stacks were found, when the peak
 * was, what was pinned at it.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim unchecked
 * expect: exit 0
 */

#include "profile_laws.h"

int ngxpool_profile_dump(void) __attribute__((weak));

#define OBJECTS 20000

static void *object[OBJECTS];


static NP_SITE void *
makes(size_t n)
{
    return np_keep(malloc(n));
}


/* few are alive that hold many pages back */
static void
make_holes(void)
{
    unsigned i;

    for (i = 0; i < OBJECTS; i++) {
        if (i % 100 != 0) {
            free(object[i]);
        }
    }
}


static void
child(uint64_t before)
{
    np_prof_t p = np_prof_own();

    NP_NEED(p.h->peak_ms >= before);
    NP_NEED(ngxpool_profile_dump() == 0);
    NP_NEED(p.h->memo_hits + p.h->walks + p.h->steps < 100);
    NP_NEED(np_prof_sum(&p, (uintptr_t) makes).pinned_at_peak > 0);
    np_laws_exact(&p);
    _exit(0);
}


int
main(void)
{
    np_prof_t p = np_prof_own();
    unsigned  i;
    pid_t     pid;

    for (i = 0; i < OBJECTS; i++) {
        object[i] = makes(100);
    }

    NP_NEED(ngxpool_profile_dump() == 0);
    NP_NEED(p.h->memo_hits > OBJECTS / 2);
    make_holes();
    usleep(50000);
    pid = fork();

    if (pid == 0) {
        child(p.h->peak_ms + 40);
    }

    NP_NEED(np_prof_wait(pid) == 0);

    return 0;
}
