#ifndef NP_REACH_H
#define NP_REACH_H

/*
 * What of the stack that a thread is on may be read.  The unwind information
 * of a module may be wrong, and the program must not die of it, so memory that
 * was not read before is asked for first.
 *
 * The range is of one stack: when the thread is on another one it knows
 * nothing of that yet, and the last one may have been unmapped.  Where pages
 * of two stacks touch, that goes unseen; then frames that follow from one
 * another are read, and nothing else is (np_recall.h).
 */

#include <stdint.h>

#include "base/np_attr.h"

/* a stack pointer this far below what was read is on the same stack */
#define NP_REACH_DEEPER 0x4000

typedef struct {
    uintptr_t low, high;
} np_reach_t;

/* 1 if the word at p can be read: its page belongs to the range then.  Asks
 * the kernel. */
int np_reach_probe(np_reach_t *r, uintptr_t p);


/* the stack pointer is there now */
NP_INLINE void
np_reach_move(np_reach_t *r, uintptr_t sp)
{
    if (np_unlikely(sp + NP_REACH_DEEPER < r->low || sp > r->high)) {
        r->low = 0;
        r->high = 0;
    }
}


/* 1 if the word at p may be read */
NP_INLINE int
np_reach_has(np_reach_t *r, const uintptr_t *p)
{
    return ((uintptr_t) p >= r->low && (uintptr_t) (p + 1) <= r->high)
           || ((uintptr_t) p % sizeof(*p) == 0
               && np_reach_probe(r, (uintptr_t) p));
}

#endif
