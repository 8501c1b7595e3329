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


/* where two tests can share a jump, np_fast_set() asks for the owner, too */
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define NP_FAST_FUSED 1
#else
#define NP_FAST_FUSED 0
#endif


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


NP_INLINE int
np_fast_is_mine(const np_word_t *w)
{
    return atomic_load_explicit(&w->xowner, memory_order_relaxed)
           == np_thread_pointer();
}


/* sets bit k of the set, free slots of w; 0 if it was set before, or if w is
 * not this thread's (NP_FAST_FUSED) */
NP_INLINE int
np_fast_set(const np_word_t *w, uint64_t *set, uint64_t k)
{
    int good;

#if NP_FAST_FUSED
    uintptr_t thread = np_thread_pointer();

    /* thread - owner - the bit: owners are far from each other, so that only
     * 0 - 0 is 0 */
    __asm__("btsq %3, %0\n\tsbbq %4, %1"
            : "+r"(*set), "+r"(thread), "=@ccz"(good)
            : "r"(k), "m"(*(const uintptr_t *) &w->xowner)
            : "cc");
#else
    good = (*set >> k & 1) == 0;
    *set |= (uint64_t) 1 << k;
#endif

    return good;
}


/* n bytes, or what slow(n) says */
NP_INLINE void *
np_fast_alloc(size_t n, void *(*slow)(size_t n))
{
    np_heap_t *h = np_self;
    np_word_t *w;
    uint64_t   free, k;

    if (np_unlikely(n > NP_SMALL_MAX)) {
        return slow(n);
    }

    w = h->current[h->class_of[(n + 15) >> 4]];
    free = w->free;

    if (np_unlikely(!np_fast_take(&free, &k))) {
        return slow(n);
    }

    np_poke(w->free, free);

    return w->start + (uint32_t) k * w->size;
}


NP_INLINE void
np_fast_free(void *m)
{
    np_word_t *w = np_window_find(m);
    uint64_t   free, k;

    if (np_unlikely(!NP_FAST_FUSED && !np_fast_is_mine(w))) {
        np_free_slow(m);
        return;
    }

    if (np_unlikely(!np_slot_find((uint64_t) ((char *) m - w->start), w->recip,
                                  w->limit, &k))) {
        np_free_slow(m);
        return;
    }

    free = np_peek(w->free);

    if (np_unlikely(!np_fast_set(w, &free, k))) {
        np_free_slow(m);
        return;
    }

    np_poke(w->free, free);

    if (np_unlikely(free == w->mask)) {
        np_free_emptied(w);
    }
}

#endif
