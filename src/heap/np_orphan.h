#ifndef NP_ORPHAN_H
#define NP_ORPHAN_H

/*
 * Orphans: blocks with live objects whose thread has ended.  They belong to
 * a heap without a thread, np_orphans, which whoever holds its lock acts for:
 * frees into them are remote frees, an orphan without a live slot goes back,
 * and a thread that needs a block, and has none in stock, adopts one with
 * free slots first.
 *
 * Any thread; no lock held by the caller.
 */

#include "heap/np_heap.h"

/* a thread has left a block: np_orphans lies in pages that a process without
 * orphans does not touch */
extern int np_orphan_ever;

/* a block of class c with free slots moves to h: 1; 0 if there is none */
NP_INLINE int np_orphan_adopt(np_heap_t *h, unsigned c);
int           np_orphan_adopt_slow(np_heap_t *h, unsigned c);

/* all blocks of h become orphans, stay in its stock or go back; h has no
 * others afterwards.  By the owner of h, or by the child of a fork for a
 * thread that is gone. */
void np_orphan_abandon(np_heap_t *h);

/* merges what was freed into orphans, unless somebody else is at it */
void np_orphan_collect(void);


NP_INLINE int
np_orphan_adopt(np_heap_t *h, unsigned c)
{
    /* read without the lock: at worst one call too early or too late */
    return np_peek(np_orphan_ever) && np_peek(np_orphans.pool[c].blocks) != 0
           && np_orphan_adopt_slow(h, c);
}

#endif
