#ifndef NP_PURGE_H
#define NP_PURGE_H

/*
 * Giving memory back, in slow paths of the thread that frees; no thread of
 * our own unless asked for.
 *
 * Two kinds of free memory are resident: free runs (counted exactly by
 * np_run.h) and holes, freed slots in blocks that still hold live objects.  (A
 * third, blocks in stock, is bounded and left alone: np_stock.h.)
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
 * equal ratios.  Both are multiplied by a patience, 1 to 64, the process's: if
 * more than half of what went back since it last changed is in use again, it
 * doubles; a second in which that was not so halves it.  (Not one purge after
 * another is judged: a heap that shrinks purges several times before it grows
 * again.)  A purge in vain does not count as too early.  Pages known to be
 * clean are not purged twice.
 *
 * What a purge could not give back, parts of pages, is remembered (`free`) and
 * is not live when the next one is due.  A block that was rewound has pages
 * behind its mark; these go too.
 *
 * A word that is not CURRENT can only be freed into, so its free pages can be
 * given back while others free: by the owner, and, where a purging thread
 * runs (np_purge_shared), by that thread, which must only be kept apart from
 * the owner taking the word into use.  That is what a block's busy bit is
 * for; without a purging thread nobody sets it.
 */

#include "heap/np_heap.h"
#include "map/np_run.h"

/* bytes below which free memory is left alone */
#define NP_PURGE_FLOOR ((size_t) 1 << 20)

enum {
    NP_PURGE_BUSY = 1, /* being purged, or a word of it taken into use */
    NP_PURGE_DONE = 2  /* pages of it went back, ever */
};

/* 1 if threads purge other threads' blocks; constant after start-up */
extern int np_purge_shared;

/* waits until nobody is busy with b, and marks it busy */
void np_purge_lock(np_block_t *b);

/* gives all free pages back, of every heap, whoever owns it; how many bytes.
 * By the purging thread: np_purge_shared is set. */
size_t np_purge_everything(void);

/* purges free runs if there are enough of them; runs lock held */
void np_purge_runs_locked(void);

/* malloc_trim: all that the calling thread can give back; how many bytes */
size_t np_purge_all(void);

/* percent of the live bytes that may be free, SIZE_MAX for off.  Looked at on
 * slow paths only, so it may change (np_purge_keep). */
extern size_t np_purge_percent;

/* from now on all is kept (1), or what NGXPOOL_PURGE says holds again.  Any
 * thread, once the heap has started. */
void np_purge_keep(int all);

/* free bytes that h tolerates now */
size_t np_purge_limit(const np_heap_t *h);

/* what that is multiplied by, 1 to 64 */
unsigned np_purge_patience(void);

/* bytes were freed into blocks of h (its owner, on a slow path): if more are
 * free than h tolerates, the free pages of its blocks go back */
NP_INLINE void np_purge_if_due(np_heap_t *h);
void           np_purge_if_due_slow(np_heap_t *h);


NP_INLINE void
np_purge_if_due(np_heap_t *h)
{
    if (np_unlikely(h->holes > (int64_t) NP_PURGE_FLOOR)) {
        np_purge_if_due_slow(h);
    }
}


/* n granules from g on, of a word of b, are about to be used (b's owner) */
NP_INLINE void
np_purge_open(np_block_t *b, size_t g, size_t n)
{
    if (np_unlikely(np_purge_shared)) {
        np_purge_lock(b);
    }

    if (np_unlikely(atomic_load_explicit(&b->xpurge, memory_order_relaxed)
                    != 0)) {
        np_run_soil(g, n);
    }
}


/* the word's state says so now */
NP_INLINE void
np_purge_close(np_block_t *b)
{
    if (np_unlikely(np_purge_shared)) {
        atomic_fetch_and_explicit(&b->xpurge, NP_PURGE_DONE,
                                  memory_order_release);
    }
}


/* bytes of free slots were taken into use */
NP_INLINE void
np_purge_note_use(np_heap_t *h, size_t bytes)
{
    h->holes -= (int64_t) bytes;

    if (h->holes < 0) {
        h->free -= h->free < (size_t) -h->holes ? h->free : (size_t) -h->holes;
        h->holes = 0;
    }
}

#endif
