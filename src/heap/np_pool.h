#ifndef NP_POOL_H
#define NP_POOL_H

/*
 * A pool: the blocks of one size class and one thread.
 *
 *      allocate in `current`; stay in its block while that has free slots;
 *      walk the chain of blocks that have some; open the next word of the
 *      fresh block; take a block from stock; adopt an orphan; append a block
 *
 * Freed slots are used again first in, first out: a block waits at the end of
 * the chain while more of it is freed.  One that was found nearly full too
 * often (`failed`) is passed by until a quarter of its words have free slots.
 * A block without a live slot is rewound, and the next to use if the pool has
 * no other free slots (of two such blocks the lower); else it goes into stock
 * (np_stock.h) or back to the runs.
 *
 * np_pool_arm() decides whether the owner's frees into a word may go the fast
 * way: not where they are counted (np_purge.h) or may meet other threads'.
 *
 * All functions: by the owner of the heap only (np_orphans: its lock held),
 * from slow paths.
 */

#include "heap/np_heap.h"

/* a word with free slots becomes the pool's current one; NULL out of memory */
np_word_t *np_pool_refill(np_heap_t *h, unsigned c);

/* the slots of bits, freed by whomever, are free again; np_misuse() if one is
 * free already */
void np_pool_free(np_heap_t *h, np_word_t *w, uint64_t bits);

/* the owner's frees into w, a current word or one with free slots, take the
 * fast way, unless they are counted, watched or may meet other threads' */
void np_pool_arm(np_heap_t *h, np_word_t *w);

/* a fast free made the word w wholly free */
void np_pool_emptied(np_heap_t *h, np_word_t *w);

/* the pool has no current word afterwards */
void np_pool_leave(np_heap_t *h, unsigned c);

/* takes b, which no pool has, into its pool of h: state and links are made
 * anew from the bits of the words, and the words carry h's owner */
void np_pool_adopt(np_heap_t *h, np_block_t *b);

/* takes b out of its pool of h; no current word may be in it */
void np_pool_disown(np_heap_t *h, np_block_t *b);

/* b, which has no live object, goes from its pool of h back to the runs; by
 * who holds the heaps lock if h is a spare heap */
void np_pool_release(np_heap_t *h, np_block_t *b);

#endif
