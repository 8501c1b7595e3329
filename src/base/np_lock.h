#ifndef NP_LOCK_H
#define NP_LOCK_H

/*
 * A small mutual exclusion lock on a futex: 0 free, 1 held, 2 held and
 * somebody waits (Drepper, "Futexes are tricky", mutex 2).  No pthread, no
 * malloc; zero is a valid free lock, so a static one needs no constructor.
 *
 * Locks have ranks and are taken in rising order only; the debug build
 * refuses a thread that breaks the order, and one that unlocks what it does
 * not hold.  The ranks, lowest (taken first) to highest:
 */

#include <stdatomic.h>

#include "base/np_attr.h"

typedef enum {
    NP_RANK_PROFILE = 0, /* the profile's tables and file */
    NP_RANK_HEAPS,       /* the list of heaps; thread birth and death */
    NP_RANK_ORPHANS,     /* blocks whose thread is gone */
    NP_RANK_RUNS,        /* runs, records, mappings, the large-block list */
    NP_RANK_QUARANTINE,  /* freed objects that are held back (check mode) */
    NP_RANK_TALLY,       /* figures of some sites */
    NP_RANKS
} np_rank_e;

typedef struct np_lock_s np_lock_t;

struct np_lock_s {
    _Atomic int xstate;
    int         rank;
};

#define NP_LOCK_INIT(r)                                                       \
    {                                                                         \
        0, r                                                                  \
    }

/* asked by who has to wait: 1 if whoever has the lock will never release it.
 * Then the process ends with a line that says so.  NULL: nobody knows. */
typedef int (*np_lock_is_lost_pt)(void);

void np_lock_set_lost(np_lock_is_lost_pt is_lost);

void np_lock_slow(np_lock_t *l);
void np_unlock_slow(np_lock_t *l);

/* what the debug build notes of a lock.  A signal may come before and after
 * each, whose handler takes the lock if it is free and gives it back. */
typedef enum {
    NP_LOCK_WANTED, /* about to wait for it: its rank must be the highest */
    NP_LOCK_HELD,
    NP_LOCK_GIVEN
} np_lock_note_e;

#ifdef NP_DEBUG
void np_lock_note(np_lock_t *l, np_lock_note_e what);
#else
#define np_lock_note(l, what) ((void) 0)
#endif


NP_INLINE void
np_lock(np_lock_t *l)
{
    int free = 0;

    np_lock_note(l, NP_LOCK_WANTED);

    if (!atomic_compare_exchange_strong_explicit(&l->xstate, &free, 1,
                                                 memory_order_acquire,
                                                 memory_order_relaxed)) {
        np_lock_slow(l);
    }

    np_lock_note(l, NP_LOCK_HELD);
}


/* 1 and held, or 0 at once: never waits, so in any order of ranks */
NP_INLINE int
np_lock_try(np_lock_t *l)
{
    int free = 0;

    if (atomic_compare_exchange_strong_explicit(&l->xstate, &free, 1,
                                                memory_order_acquire,
                                                memory_order_relaxed)) {
        np_lock_note(l, NP_LOCK_HELD);
        return 1;
    }

    return 0;
}


NP_INLINE void
np_unlock(np_lock_t *l)
{
    np_lock_note(l, NP_LOCK_GIVEN);

    if (atomic_exchange_explicit(&l->xstate, 0, memory_order_release) == 2) {
        np_unlock_slow(l);
    }
}


/* in the child of a fork: the lock is free, whoever held it is gone */
void np_lock_reset(np_lock_t *l);

#endif
