#ifndef NP_APPEND_H
#define NP_APPEND_H

/*
 * Growth of a pool: a new block at the end of its memory, and the words of a
 * block opened one after the other, as an nginx pool moves `last` towards
 * `end`.  A word that was never opened has touched neither its memory nor its
 * record nor its part of the map.  And the way back, when a block is empty.
 *
 * By the owner of the heap, from slow paths.
 */

#include "heap/np_heap.h"

/* bytes of the largest block, but for its last granule */
#define NP_APPEND_MAX ((size_t) 1 << 20)

/* a fresh block for class c; 0, or -1 out of memory */
int np_append_block(np_heap_t *h, unsigned c);

/* opens the next word of p->fresh, which has one, as the current word */
np_word_t *np_append_word(np_heap_t *h, np_pool_t *p);

/* gives b, wholly free and in no pool, back; runs lock held */
void np_block_release_locked(np_block_t *b);

#endif
