#ifndef NP_SAMPLE_H
#define NP_SAMPLE_H

/*
 * Which allocations are sampled: those at which a Poisson process, one event
 * per np_watch_interval bytes of slots on average, has an event.  Each class
 * of each thread has a process of its own; together they are one again.
 *
 * The bytes counted are the watcher's clock, too, which is told of them in
 * steps, and before it hears of an object: threads share it.
 *
 *      room > 0 bytes are handed out before the clock's next step is over
 *      room + rest before the next event
 *
 * So each allocation is counted.  While sampling is on the fast path finds no
 * current word, and what it leaves to the slow one begins with a short way:
 * one slot from the pool's current word, and its size off the room
 * (np_sample_alloc()).  Frees need not be counted, and are as fast as ever.
 *
 * By the owner of h.  Source of the method: Poisson sampling by bytes, as in
 * tcmalloc's and jemalloc's heap profilers.
 */

#include "heap/np_fast.h"
#include "heap/np_watch.h"

/* bytes of a class after which the clock is told: a sixteenth of the interval,
 * between these.  What is sampled does not depend on it.  Nor do lifetimes of
 * objects that die where they were born: a thread tells all of its bytes
 * before it is heard of an object.  What another thread frees may have lived
 * longer than the clock says, by as many bytes for each class that its thread
 * allocates from, and for each other thread; NP_TEMPORARY (np_format.h) is the
 * most that it may be. */
#define NP_SAMPLE_TICK_LEAST ((size_t) 4096)
#define NP_SAMPLE_TICK_MOST  ((size_t) 16384)

/* h->watch is new */
void np_sample_init(np_heap_t *h);

/* the clock is told what h's thread was handed out */
void np_sample_tell(np_heap_t *h);

/* an object of size bytes of class c, or a large block (0), is handed out: 1
 * if it is to be sampled */
int np_sample_hit(np_heap_t *h, unsigned c, size_t size);

/* bytes to the next event, exponentially distributed around mean; random is
 * the generator's state */
int64_t np_sample_draw(uint64_t *random, size_t mean);


/* an object of class c for a thread that samples, and does nothing else; NULL:
 * there is no room, or the pool's current word is used up */
NP_INLINE void *
np_sample_alloc(np_heap_t *h, size_t c)
{
    np_word_t   *w = h->pool[c].current;
    np_sample_t *s = &h->watch->sample[c];
    uint64_t     free = w->free, k;
    int64_t      room = s->room - (int64_t) w->size;

    if (np_unlikely(room <= 0) || np_unlikely(!np_fast_take(&free, &k))) {
        return NULL;
    }

    np_poke(w->free, free);
    s->room = room;

    return w->start + (uint32_t) k * w->size;
}

#endif
