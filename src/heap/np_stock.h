#ifndef NP_STOCK_H
#define NP_STOCK_H

/*
 * The stock of a heap: blocks without a live object that it keeps for its
 * next requests, by class.  Where threads are many, each block that comes
 * from the runs and goes back to them is a meeting at the runs' lock; a lone
 * thread meets nobody, and adds none.
 *
 *      a block in stock: last == 0, avail == 0, in the chain of its class
 *
 * It stays in the heap's list of blocks, and in its pool's sums.  A heap keeps
 * its stock when its thread ends: the next thread finds it.  The heaps of
 * threads share NP_STOCK_BYTES, at least NP_STOCK_LEAST each; those without a
 * thread have NP_STOCK_BYTES together.  A stock that is full gives up a block
 * of another class for the one that comes: what nobody asks for does not stay.
 *
 * A further heap (np_route.h) keeps none: its blocks are to lie apart for as
 * long as its objects live, and no longer.
 *
 * Thread rules: the heap's owner; a spare heap's stock: heaps lock held.
 */

#include "heap/np_heap.h"

#define NP_STOCK_BYTES ((size_t) 1 << 20)
#define NP_STOCK_LEAST ((size_t) 16 << 10)

/* b, empty and rewound, in no chain, into h's stock: 1; or 0, and b is as it
 * was: h may not keep it */
int np_stock_put(np_heap_t *h, np_block_t *b);

/* a block of class c from h's stock, or NULL */
NP_INLINE np_block_t *np_stock_take(np_heap_t *h, unsigned c);
np_block_t           *np_stock_take_slow(np_heap_t *h, unsigned c);

/* all of it to the runs; 1 if there was anything */
int np_stock_flush(np_heap_t *h);

/* likewise the stocks of all spare heaps; no lock held */
int np_stock_flush_spares(void);

/* both, where h may be a further heap of its thread: memory is scarce */
int np_stock_flush_all(np_heap_t *h);

/* h, whose thread ends, becomes a spare heap, or gets a thread: its stock is
 * one of those that count together, or is no more.  Heaps lock held. */
void np_stock_retire_locked(np_heap_t *h);
void np_stock_revive_locked(np_heap_t *h);


/* 1 if b, a block of a heap, is in its stock */
NP_INLINE int
np_stock_has(const np_block_t *b)
{
    return b->last == 0 && !np_queue_empty(&b->chain);
}


NP_INLINE np_block_t *
np_stock_take(np_heap_t *h, unsigned c)
{
    return np_unlikely(h->stocked != 0) ? np_stock_take_slow(h, c) : NULL;
}

#endif
