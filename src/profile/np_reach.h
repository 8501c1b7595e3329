#ifndef NP_REACH_H
#define NP_REACH_H

/*
 * What of the stack that a thread is on may be read.  The unwind information
 * of a module may be wrong, and the program must not die of it, so memory that
 * was not read before is asked for first.
 *
 * The range is of one stack: when the thread is on another one it knows
 * nothing of that yet, and the last one may have been unmapped.  Where pages
 * of two stacks touch, that goes unseen.  So it vouches only for frames that
 * follow from one another; where one was guessed (np_stack_leave.h), the
 * kernel is asked anew for it and for what is outside.
 */

#include <stdint.h>

#include "base/np_attr.h"
#include "os/np_mem.h"

/* a stack pointer this far below what was read is on the same stack */
#define NP_REACH_DEEPER 0x4000
/* no machine has smaller pages */
#define NP_REACH_PAGE 4096

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


/* 1 if the aligned word at p may be read when that at `read` just was */
NP_INLINE int
np_reach_still_has(const uintptr_t *read, const uintptr_t *p)
{
    return ((uintptr_t) read ^ (uintptr_t) p) < NP_REACH_PAGE
           || np_mem_is_readable(p);
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
