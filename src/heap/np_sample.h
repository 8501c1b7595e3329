#ifndef NP_SAMPLE_H
#define NP_SAMPLE_H

/*
 * Which allocations are sampled: those at which a Poisson process, one event
 * per np_watch_interval bytes of slots on average, has an event.  Each class
 * of each thread has a process of its own; together they are one again.
 *
 * The fast path counts nothing.  What a current word shows as free has been
 * counted in advance: bytes up to the next event are left, and a word
 * shows no more slots than that; the others lie in aside.
 *
 *      slots of the current word == live + |free| + |aside|
 *      left > 0 bytes may still be shown before the next event
 *
 * When it shows none, the next request takes the slow way, and is sampled if
 * the event has come.  Frees into the current word take the slow way while
 * sampling is on, since the slot would be handed out a second time uncounted:
 * a program that allocates and frees in turn would never be sampled.  They
 * are counted when they come (np_sample_freed()), and the slot is used again
 * at once.
 *
 * A slot that lies aside is free to its owner alone: if another thread frees
 * it once more, that is seen when the owner merges it, or not at all if it was
 * handed out meanwhile.
 *
 * By the owner of h.  Source of the method: Poisson sampling by bytes, as in
 * tcmalloc's and jemalloc's heap profilers.
 */

#include "heap/np_watch.h"

void np_sample_init(np_watch_t *s);

/* n bytes from class c; NULL out of memory */
void *np_sample_slot(np_heap_t *h, unsigned c, size_t n);

/* the slots of bits in h's current word of class c were freed, and shown */
void np_sample_freed(np_heap_t *h, unsigned c, uint64_t bits);

/* the short way of a free into a current word of h, the calling thread's: 1;
 * 0 if m is not such an object, or something has to be looked at */
int np_sample_free(np_heap_t *h, void *m);

/* 1 if a large block of size bytes is to be sampled */
int np_sample_large(np_heap_t *h, size_t size);

/* the current word of class c shows all its free slots */
void np_sample_settle(np_heap_t *h, unsigned c);

/* and none of them */
void np_sample_withdraw(np_heap_t *h, unsigned c);

/* bytes to the next event, exponentially distributed around mean; random is
 * the generator's state */
int64_t np_sample_draw(uint64_t *random, size_t mean);

#endif
