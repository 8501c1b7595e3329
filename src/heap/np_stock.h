#ifndef NP_STOCK_H
#define NP_STOCK_H

/*
 * The stock of a heap: blocks without a live object that it keeps for its
 * next requests, by class.  Where threads are many, each block that comes
 * from the runs and goes back to them is a meeting at the runs' lock; a lone
 * thread meets nobody, and keeps none.
 *
 *      a block in stock: last == 0, avail == 0, in the chain of its class
 *
 * It stays in the heap's list of blocks, and in its pool's sums.  A heap keeps
 * its stock when its thread ends: the next thread finds it.  All stocks
 * together are about NP_STOCK_BYTES at the most: each may have its share.
 *
 * Thread rules: the heap's owner; a spare heap's stock: heaps lock held.
 */

#include "heap/np_heap.h"

#define NP_STOCK_BYTES ((size_t) 1 << 20)

/* b of class c, empty and rewound, in no chain, into h's stock: 1; or 0, and
 * nothing is done: h has enough */
int np_stock_put(np_heap_t *h, np_block_t *b);

/* a block of class c from h's stock, or NULL */
NP_INLINE np_block_t *np_stock_take(np_heap_t *h, unsigned c);
np_block_t           *np_stock_take_slow(np_heap_t *h, unsigned c);

/* all of it to the runs; 1 if there was anything */
int np_stock_flush(np_heap_t *h);

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
