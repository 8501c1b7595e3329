/*
 * The slow halves of the lock: sleeping and waking on its futex, and, in the
 * debug build, the order of the ranks.
 *
 * xstate goes 0 -> 1 (taken), 1 -> 2 (somebody is about to sleep) and back to
 * 0 by the exchange in np_unlock().  A thread that had to wait leaves 2 behind
 * even if it was the last one: one wake-up too many, never one too few.
 */

#include "config.h"

#include "base/np_lock.h"

#include <linux/futex.h>

#include "base/np_attr.h"
#include "base/np_call.h"
#include "base/np_check.h"


static np_lock_is_lost_pt np_lock_is_lost;


void
np_lock_set_lost(np_lock_is_lost_pt is_lost)
{
    np_poke(np_lock_is_lost, is_lost);
}


/* the result does not matter: a waiter looks at xstate again, come what may */
static void
np_lock_futex(np_lock_t *l, int op, int val)
{
    (void) np_call(SYS_futex, &l->xstate, op | FUTEX_PRIVATE_FLAG, val);
}


NP_NOINLINE void
np_lock_slow(np_lock_t *l)
{
    np_lock_is_lost_pt is_lost = np_peek(np_lock_is_lost);

    while (atomic_exchange_explicit(&l->xstate, 2, memory_order_acquire)
           != 0) {
        np_check(is_lost == NULL || !is_lost(),
                 "no fork handlers ran in this copy of a process, and a lock "
                 "stays taken",
                 l);
        np_lock_futex(l, FUTEX_WAIT, 2);
    }
}


NP_NOINLINE void
np_unlock_slow(np_lock_t *l)
{
    np_lock_futex(l, FUTEX_WAKE, 1);
}


#ifdef NP_DEBUG

/* bit r: this thread holds a lock of rank r */
static __thread unsigned np_lock_held;


void
np_lock_note(np_lock_t *l, np_lock_note_e what)
{
    unsigned bit;

    np_check(l->rank >= 0 && l->rank < NP_RANKS, "lock without a rank", l);

    bit = 1u << l->rank;

    switch (what) {

    case NP_LOCK_TAKEN:
        np_check(np_lock_held < bit, "lock taken out of order", l);
        np_lock_held |= bit;
        break;

    case NP_LOCK_TRIED:
        np_lock_held |= bit;
        break;

    case NP_LOCK_GIVEN:
        np_check(np_lock_held & bit, "unlock of a lock that is not held", l);
        np_lock_held &= ~bit;
        break;
    }
}

#endif


void
np_lock_reset(np_lock_t *l)
{
    /* the forking thread may have held it: its child starts with it free */
#ifdef NP_DEBUG
    np_lock_held &= ~(1u << l->rank);
#endif

    atomic_store_explicit(&l->xstate, 0, memory_order_relaxed);
}
