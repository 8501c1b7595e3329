#ifndef NP_SOLO_H
#define NP_SOLO_H

/*
 * Is the calling thread the only one that writes figures?  Many processes
 * have threads of which one allocates.  A locked operation of the processor
 * takes longer than most of what is counted with it, so while one thread
 * alone has come to count, it does so with plain stores.
 *
 *      turns       of a thread: odd while it changes figures
 *      xowner      whose plain stores are allowed; NULL: nobody's
 *
 * The owner makes its turns odd and then looks whether it is the owner, with
 * no barrier between.  The thread that comes second takes xowner away, and has
 * the kernel put that barrier into all threads (membarrier(2)): from then on
 * either the owner has seen it, or its turns are seen to be odd, and are
 * waited for.  That is the asymmetric form of Dekker's algorithm that biased
 * locks use (Dice, Moir, Scherer, "Quickly Reacquirable Locks", 2003).
 *
 * A thread that ends leaves its np_solo_t to the next one (np_thread.h), and
 * the ownership with it.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

typedef struct {
    _Atomic uint32_t xturns;
} np_solo_t;

/* how a thread changes figures, or'ed */
#define NP_SOLO_ALONE  1u /* nobody else does */
#define NP_SOLO_NESTED 2u /* on top of a call of its own: a signal came */

extern _Atomic(np_solo_t *) np_solo_xowner;

/* before the first thread; where the kernel has no such barrier, there will
 * be no owner */
void np_solo_init(void);

/* a thread comes to change figures; profile lock held.  What it gives, unless
 * NULL, is to be settled before the thread's first turn. */
np_solo_t *np_solo_join_locked(np_solo_t *s);

/* waits, no lock held, until last is in no turn that it began as the owner */
void np_solo_settle(np_solo_t *last);

/* the child of a fork: only this thread is left; NULL: it never joined */
void np_solo_forked(np_solo_t *s);


/* the calling thread, whose s is, changes figures from here on; NP_SOLO_xxx */
NP_INLINE unsigned
np_solo_begin(np_solo_t *s)
{
    uint32_t turns = atomic_load_explicit(&s->xturns, memory_order_relaxed);

    atomic_store_explicit(&s->xturns, turns | 1, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);

    return (atomic_load_explicit(&np_solo_xowner, memory_order_acquire) == s
                ? NP_SOLO_ALONE
                : 0)
           | (turns & 1 ? NP_SOLO_NESTED : 0);
}


/* up to here; how: what np_solo_begin() gave */
NP_INLINE void
np_solo_end(np_solo_t *s, unsigned how)
{
    if (np_likely(!(how & NP_SOLO_NESTED))) {
        atomic_store_explicit(
            &s->xturns,
            atomic_load_explicit(&s->xturns, memory_order_relaxed) + 1,
            memory_order_release);
    }
}

#endif
