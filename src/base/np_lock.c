/*
 * The slow halves of the lock: waiting for a moment, sleeping and waking on
 * its futex, and, in the debug build, the order of the ranks.
 *
 * xstate goes 0 -> 1 (taken), 1 -> 2 (somebody is about to sleep) and back to
 * 0 by the exchange in np_unlock().  A thread that may have slept leaves 2
 * behind even if it was the last one: one wake-up too many, never one too few.
 */

#include "config.h"

#include "base/np_lock.h"

#include <linux/futex.h>

#include "base/np_attr.h"
#include "base/np_call.h"
#include "base/np_check.h"


/* how often it is looked at before going to sleep, which costs more than what
 * most holders do */
#define NP_LOCK_SPINS 100

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


/* tells the processor that nothing is to be gained by haste */
static void
np_lock_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    /* "yield" is over at once on most of them */
    __asm__ volatile("isb" ::: "memory");
#endif
}


/* 1 and held, if it is released within a moment */
static int
np_lock_spin(np_lock_t *l)
{
    unsigned i;
    int      free;

    for (i = 0; i < NP_LOCK_SPINS; i++) {
        free = 0;

        if (atomic_load_explicit(&l->xstate, memory_order_relaxed) == 0
            && atomic_compare_exchange_weak_explicit(&l->xstate, &free, 1,
                                                     memory_order_acquire,
                                                     memory_order_relaxed)) {
            return 1;
        }

        np_lock_pause();
    }

    return 0;
}


NP_NOINLINE void
np_lock_slow(np_lock_t *l)
{
    np_lock_is_lost_pt is_lost = np_peek(np_lock_is_lost);

    if (np_lock_spin(l)) {
        return;
    }

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

    case NP_LOCK_WANTED:
        np_check(np_lock_held < bit, "lock taken out of order", l);
        break;

    case NP_LOCK_HELD:
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
