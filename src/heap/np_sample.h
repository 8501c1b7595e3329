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
 * are counted when they come, and the slot is used again at once.  As that is
 * most of what sampling costs, there is a short way for them
 * (np_sample_free()): the owner that such a word carries is its sample, and a
 * bit that no thread pointer has.
 *
 * The bytes counted are the watcher's clock, too, which is told of them in
 * steps, and before it hears of an object: threads share it.
 *
 * A slot that lies aside is free to its owner alone: if another thread frees
 * it once more, that is seen when the owner merges it, or not at all if it was
 * handed out meanwhile.
 *
 * By the owner of h.  Source of the method: Poisson sampling by bytes, as in
 * tcmalloc's and jemalloc's heap profilers.
 */

#include "heap/np_watch.h"

/* bytes of a class after which the clock is told: a sixteenth of the interval,
 * between these.  What is sampled does not depend on it, since `left` is
 * counted to the byte whenever the clock is told.  Nor do lifetimes of objects
 * that die where they were born: a thread tells all of its bytes before it is
 * heard of an object.  What another thread frees may have lived longer than
 * the clock says, by as many bytes for each class that its thread allocates
 * from, and for each other thread; NP_TEMPORARY (np_format.h) is the most that
 * it may be. */
#define NP_SAMPLE_TICK_LEAST ((size_t) 4096)
#define NP_SAMPLE_TICK_MOST  ((size_t) 16384)
/* in the owner of a word: the rest is a sample's address */
#define NP_SAMPLE_OWNER ((uintptr_t) 1)

/* h->watch is new */
void np_sample_init(np_heap_t *h);

/* the clock is told what h's thread was shown, which samples */
void np_sample_tell(np_heap_t *h);

/* n bytes from class c; NULL out of memory */
void *np_sample_slot(np_heap_t *h, unsigned c, size_t n);

/* the slots of bits in h's current word of class c were freed, and shown */
void np_sample_freed(np_heap_t *h, unsigned c, uint64_t bits);

/* 1 if a large block of size bytes is to be sampled */
int np_sample_large(np_heap_t *h, size_t size);

/* the current word of class c shows all its free slots */
void np_sample_settle(np_heap_t *h, unsigned c);

/* and none of them */
void np_sample_withdraw(np_heap_t *h, unsigned c);

/* bytes to the next event, exponentially distributed around mean; random is
 * the generator's state */
int64_t np_sample_draw(uint64_t *random, size_t mean);


/* the short way of a free into a current word of the calling thread: 1; 0 if
 * what was found is no slot of such a word, or something has to be looked at.
 * Remote frees into the word take its owner away. */
NP_INLINE int
np_sample_free(np_word_t *w, uint64_t k, uint64_t fraction)
{
    uintptr_t owner = atomic_load_explicit(&w->xowner, memory_order_relaxed);
    np_sample_t *s = (np_sample_t *) (owner - NP_SAMPLE_OWNER);
    uint64_t     free;
    int64_t      left;

    if (np_likely(!(owner & NP_SAMPLE_OWNER))
        || np_peek_fast(s->heap) != np_self) {
        return 0;
    }

    left = s->left - (int64_t) w->size;
    free = w->free;

    if (fraction > w->last || left <= s->stop
        || ((free | s->aside | s->marks) >> (k & 63) & 1)) {
        return 0;
    }

    s->left = left;
    np_poke(w->free, free | (uint64_t) 1 << k);

    return 1;
}

#endif
