#include "config.h"

#include "profile/np_solo.h"

#include "os/np_proc.h"

/* a turn takes less than a microsecond; one that a signal handler has left by
 * a jump never ends, and is given up after so many milliseconds */
#define NP_SOLO_TRIES 200

_Atomic(np_solo_t *) np_solo_xowner;

static struct {
    int usable; /* the kernel has the barrier */
    int come;   /* there has been an owner; profile lock */
    /* the owner that was, until somebody has seen its last turn end */
    _Atomic(np_solo_t *) xlast;
} np_solo;


void
np_solo_init(void)
{
    np_solo.usable = np_proc_barrier_prepare() == 0;
}


np_solo_t *
np_solo_join_locked(np_solo_t *s)
{
    np_solo_t *owner = atomic_load(&np_solo_xowner);

    /* of a thread that is gone, which may have left it in a turn */
    atomic_store(&s->xturns, 0);

    if (!np_solo.come) {
        np_solo.come = 1;
        atomic_store(&np_solo_xowner, np_solo.usable ? s : NULL);

    } else if (owner != NULL && owner != s) {
        atomic_store(&np_solo.xlast, owner);
        atomic_store(&np_solo_xowner, NULL);
    }

    return atomic_load(&np_solo.xlast);
}


void
np_solo_settle(np_solo_t *last)
{
    uint32_t turns;
    int      i;

    if (np_proc_barrier() != 0) {
        /* refused since: what a processor has stored is out by then */
        np_proc_sleep(1);
    }

    turns = atomic_load(&last->xturns);

    for (i = 0;
         i < NP_SOLO_TRIES && turns & 1 && atomic_load(&last->xturns) == turns;
         i++) {
        np_proc_sleep(i != 0);
    }

    (void) atomic_compare_exchange_strong(&np_solo.xlast, &last, NULL);
}


void
np_solo_forked(np_solo_t *s)
{
    atomic_store(&np_solo.xlast, NULL);
    np_solo.come = s != NULL;
    atomic_store(&np_solo_xowner, np_solo.usable ? s : NULL);
}
