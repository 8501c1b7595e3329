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
 *      room >= 0 bytes are handed out before the clock is told
 *      room + rest before the byte at which the next event is
 *
 * So each allocation is counted.  While sampling is on the fast path is shown
 * a word in which no slot is free, and what it leaves to the slow path begins
 * with a short one, np_sample_alloc(), which finds in there what it needs:
 *
 *      current[c] ---> shown   free == 0
 *                              mask: room
 *                              size: of a slot
 *
 * Of a word that is really current the mask is 0: no room for a slot.  The
 * word to take from is the pool's, which is looked up meanwhile.  Frees need
 * not be counted, and are as fast as ever.
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

/* h's thread, which does nothing else but sample, may take from its current
 * word of class c by np_sample_alloc() */
void np_sample_show(np_heap_t *h, unsigned c);

/* whole bytes before the next event, exponentially distributed around mean;
 * random is the generator's state */
int64_t np_sample_draw(uint64_t *random, size_t mean);


/* n bytes of class c, counted, or what slow() says: if the thread does not
 * sample, the word is used up or there is no room */
NP_INLINE void *
np_sample_alloc(size_t n, np_heap_t *h, size_t c,
                void *(*slow)(size_t n, np_heap_t *h, size_t c))
{
    np_word_t *shown = h->current[c];
    np_word_t *w = h->pool[c].current;
    uint64_t   size = shown->size;
    uint64_t   room, free, k;

    if (np_unlikely(__builtin_sub_overflow(shown->mask, size, &room))) {
        return slow(n, h, c);
    }

    free = w->free;

    if (np_unlikely(!np_fast_take(&free, &k))) {
        return slow(n, h, c);
    }

    np_poke(w->free, free);
    shown->mask = room;

    return w->start + (uint32_t) k * (uint32_t) size;
}

#endif
