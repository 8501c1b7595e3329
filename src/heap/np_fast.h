#ifndef NP_FAST_H
#define NP_FAST_H

/*
 * The fast paths of malloc and free, whole.  Each leaves for its slow twin
 * at the places marked np_unlikely, and the twin looks at everything anew.
 *
 *      malloc   size -> class -> current word -> lowest free bit -> address
 *      free     address -> granule -> word; mine? a slot? live? -> set bit
 *
 * One comparison of the word's owner with the thread refuses all that is not
 * for the fast way: foreign pointers and large blocks (owner 0), words of
 * other threads, full words.  Exact multiples of the slot size are told from
 * interior pointers by the fraction of a multiplication with the reciprocal
 * (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019).
 */

#include "heap/np_alloc.h"
#include "heap/np_free.h"
#include "heap/np_heap.h"


/* sets bit k of the set; 1 if it was set before */
NP_INLINE int
np_fast_set(uint64_t *set, uint64_t k)
{
    int was;

#if defined(__x86_64__)
    __asm__("btsq %2, %0" : "+r"(*set), "=@ccc"(was) : "r"(k) : "cc");
#else
    was = *set >> k & 1;
    *set |= (uint64_t) 1 << k;
#endif

    return was;
}


/* n bytes, or what slow(n) says */
NP_INLINE void *
np_fast_alloc(size_t n, void *(*slow)(size_t n))
{
    np_heap_t *h = np_self;
    np_word_t *w;
    uint64_t   free;

    if (np_unlikely(n > NP_SMALL_MAX)) {
        return slow(n);
    }

    w = h->current[h->class_of[(n + 15) >> 4]];
    free = w->free;

    if (np_unlikely(free == 0)) {
        return slow(n);
    }

    np_poke(w->free, free & (free - 1));

    return w->start + (size_t) np_bit_lowest(free) * w->size;
}


NP_INLINE void
np_fast_free(void *m)
{
    size_t            g = np_window_granule(m);
    unsigned __int128 product;
    np_word_t        *w;
    uint64_t          free;

    if (np_unlikely(g >= np_peek_fast(np_window.granules))) {
        np_free_slow(m);
        return;
    }

    w = np_window_record(np_window_map()[g]);

    if (np_unlikely(atomic_load_explicit(&w->xowner, memory_order_relaxed)
                    != np_thread_pointer())) {
        np_free_slow(m);
        return;
    }

    product
        = (unsigned __int128) (uint64_t) ((char *) m - w->start) * w->recip;

    if (np_unlikely((uint64_t) product >= w->recip)) {
        np_free_slow(m);
        return;
    }

    free = w->free;

    if (np_unlikely(np_fast_set(&free, (uint64_t) (product >> 64)))) {
        np_free_slow(m);
        return;
    }

    np_poke(w->free, free);

    if (np_unlikely(free == w->mask)) {
        np_free_emptied(w);
    }
}

#endif
