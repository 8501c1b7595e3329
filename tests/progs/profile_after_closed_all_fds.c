/*
 * A program closes all descriptors, also those that it does not know, as
 * daemons do: its profile goes on with all call sites.  Then it opens files
 * in their place: nothing is written into these, and the profile goes on with
 * the calls that it knows how to leave.  The report is there.
 *
 * env: NGXPOOL_PROFILE=exact NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * report: file
 * expect: exit 0
 * expect: reports 1
 */

#include "profile_laws.h"

#include <signal.h>
#include <sys/resource.h>

#define OWN 1100


static NP_SITE void *
recurses(unsigned depth)
{
    void *m = depth == 0 ? malloc(100) : recurses(depth - 1);

    return np_keep(m);
}


static NP_SITE void *
before(void)
{
    return np_keep(malloc(10));
}


static void
handles(int sig)
{
    free(recurses((unsigned) sig));
}


static void
use(void)
{
    unsigned i;

    for (i = 0; i < 20; i++) {
        free(recurses(i));
    }

    /* the way that libunwind goes alone */
    NP_NEED(raise(SIGUSR1) == 0);
}


/* a file of the program's own wherever anybody thinks to have one */
static int
occupy(void)
{
    struct rlimit r;
    char          name[] = "own.XXXXXX";
    int           own, i;

    NP_NEED(getrlimit(RLIMIT_NOFILE, &r) == 0);
    own = mkstemp(name);
    NP_NEED(own == 0 && unlink(name) == 0);

    for (i = 1; i < OWN && (rlim_t) i < r.rlim_cur; i++) {
        NP_NEED(dup(own) == i);
    }

    return own;
}


int
main(void)
{
    np_prof_t   p = np_prof_own();
    struct stat st;
    int         own = -1, turn;

    NP_NEED(signal(SIGUSR1, handles) != SIG_ERR);
    free(before());

    /* from one place, so that the second turn meets no new call */
    for (turn = 0; turn < 2; turn++) {
        NP_NEED(close_range(0, ~0U, 0) == 0);
        own = turn == 1 ? occupy() : own;
        use();
        NP_NEED(turn == 1
                || np_prof_sum(&p, (uintptr_t) recurses).allocs == 21);
    }

    NP_NEED(np_prof_sum(&p, (uintptr_t) before).allocs == 1);
    NP_NEED(np_prof_sum(&p, (uintptr_t) recurses).allocs == 41);
    NP_NEED(fstat(own, &st) == 0 && st.st_size == 0);
    np_laws(&p);
    NP_NEED(close_range(0, ~0U, 0) == 0);

    return 0;
}
