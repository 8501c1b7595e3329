#ifndef NP_PURGE_H
#define NP_PURGE_H

/*
 * Giving memory back, in slow paths of the thread that frees; no thread of
 * our own unless asked for.
 *
 * Two kinds of free memory are resident: free runs (counted exactly by
 * np_run.h) and holes, freed slots in blocks that still hold live objects.
 * Fast frees are not counted; how much a heap has freed is estimated from the
 * slow ones:
 *
 *      holes += slot        the first free into a full word
 *      holes += 16 slots    a free into a sample word (one in 16)
 *      holes -= slots       a word is taken into use again
 *
 * When what was freed since the last purge exceeds NGXPOOL_PURGE percent of
 * what is live (and a floor below which it is not worth a system call), whole
 * free pages go back with MADV_DONTNEED: as a heap shrinks, purges come at
 * equal ratios.  Pages known to be clean are not purged twice.  If half of
 * what went back was in use again soon, the patience doubles; it halves when
 * that was not so.
 */

#include "heap/np_heap.h"

/* bytes below which free memory is left alone */
#define NP_PURGE_FLOOR ((size_t) 1 << 20)

void np_purge_heap(np_heap_t *h);

/* purges free runs if there are enough of them; runs lock held */
void np_purge_runs_locked(void);

/* malloc_trim: all that the calling thread can give back; how many bytes */
size_t np_purge_all(void);

/* percent of the live bytes that may be free, SIZE_MAX for off */
extern size_t np_purge_percent;

/* free bytes that h tolerates now */
size_t np_purge_limit(const np_heap_t *h);


/* bytes were freed into blocks of h (its owner, on a slow path) */
NP_INLINE void
np_purge_note(np_heap_t *h, size_t bytes)
{
    h->holes += (int64_t) bytes;

    if (np_unlikely(h->holes > (int64_t) NP_PURGE_FLOOR)
        && (size_t) h->holes > np_purge_limit(h)) {
        np_purge_heap(h);
    }
}


/* bytes of free slots were taken into use */
NP_INLINE void
np_purge_note_use(np_heap_t *h, size_t bytes)
{
    h->holes -= (int64_t) bytes;

    if (h->holes < 0) {
        h->holes = 0;
    }
}

#endif
