#ifndef NP_FAST_H
#define NP_FAST_H

/*
 * The fast paths of malloc and free, whole.  Each leaves for its slow twin
 * at the places marked np_unlikely.  The twin looks at everything anew, but
 * for a free beside an object that is watched, which goes on from what was
 * found (np_free.c).
 *
 *      malloc   size -> class -> current word -> lowest free bit -> address
 *      free     address -> granule -> word; mine? a slot? live? -> set bit
 *
 * One comparison of the word's owner with the thread refuses what is in the
 * heap and not for the fast way: large blocks (owner 0), words of other
 * threads, full words.  The fraction of a multiplication (np_slot.h) refuses
 * every address that is not a slot of the word, interior or foreign; so the
 * word may be any (np_window_find).  On x86-64 the two are one jump.
 *
 * 16 and 20 instructions on x86-64, which scripts/fast-paths counts; what
 * makes them so is said where it is not plain.
 */

#include "heap/np_alloc.h"
#include "heap/np_free.h"
#include "heap/np_heap.h"


/* takes the lowest bit out of the set; 0 if there is none */
NP_INLINE int
np_fast_take(uint64_t *set, uint64_t *k)
{
#if defined(__x86_64__)
    int was;

    /* of an empty set bit *k is clear, whatever it is: the carry says so */
    __asm__("rep bsfq %1, %0\n\tbtrq %0, %1"
            : "=&r"(*k), "+r"(*set), "=@ccc"(was)
            :
            : "cc");

    return was;
#else
    if (*set == 0) {
        return 0;
    }

    *k = np_bit_lowest(*set);
    *set &= *set - 1;

    return 1;
#endif
}


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


/* 1 if w is this thread's to free into, and the fraction one of its slots' */
NP_INLINE int
np_fast_is_mine(const np_word_t *w, uint64_t fraction)
{
    uintptr_t thread = np_thread_pointer();
#if defined(__x86_64__)
    int mine;

    /* thread - owner - (last < fraction): owners are addresses far from each
     * other, so that this is 0 as 0 - 0 only */
    __asm__("cmpq %2, %3\n\tsbbq %4, %0"
            : "+r"(thread), "=@ccz"(mine)
            : "r"(fraction), "m"(w->last), "m"(*(const uintptr_t *) &w->xowner)
            : "cc");

    return mine;
#else
    return atomic_load_explicit(&w->xowner, memory_order_relaxed) == thread
           && fraction <= w->last;
#endif
}


/* n bytes, or what slow() says, which is told of the thread's heap and the
 * class in it; 0: there is none */
NP_INLINE void *
np_fast_alloc(size_t n, void *(*slow)(size_t n, np_heap_t *h, size_t c))
{
    np_heap_t *h = np_self;
    np_word_t *w;
    size_t     c;
    uint64_t   free, k;

    if (np_unlikely(n > NP_SMALL_MAX)) {
        return slow(n, h, 0);
    }

    c = h->class_of[(n + 15) >> 4];
    w = h->current[c];
    free = w->free;

    if (np_unlikely(!np_fast_take(&free, &k))) {
        return slow(n, h, c);
    }

    np_poke(w->free, free);

    return w->start + (uint32_t) k * w->size;
}


/* where m is, as far as the fast way has looked: what its slow twin begins
 * with */
typedef struct {
    np_word_t *w;
    uint64_t   k;
    uint64_t   fraction;
} np_fast_place_t;


/* m is freed: 1; 0 if that is for the slow way */
NP_INLINE int
np_fast_put(void *m, np_fast_place_t *at)
{
    np_word_t *w = np_window_find(m);
    uint64_t   free;

    at->w = w;
    at->k = np_slot_number((uint64_t) ((char *) m - w->start), w->recip,
                           &at->fraction);

    if (np_unlikely(!np_fast_is_mine(w, at->fraction))) {
        return 0;
    }

    free = w->free;

    if (np_unlikely(np_fast_set(&free, at->k))) {
        return 0;
    }

    np_poke(w->free, free);

    if (np_unlikely(free == w->mask)) {
        np_free_emptied(w);
    }

    return 1;
}


NP_INLINE void
np_fast_free(void *m)
{
    np_fast_place_t at;

    if (np_unlikely(!np_fast_put(m, &at))) {
        np_free_slow(m, at.w, at.k, at.fraction);
    }
}


/* m was asked for as n bytes at a multiple of align */
NP_INLINE void
np_fast_free_sized(void *m, size_t n, size_t align)
{
    np_fast_place_t at;

    if (np_unlikely(!np_fast_put(m, &at))) {
        np_free_sized_slow(m, at.w, at.k, at.fraction, n, align);
    }
}

#endif
