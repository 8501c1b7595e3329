#ifndef NP_FIT_H
#define NP_FIT_H

/*
 * Fitted size classes: a size that a program asks for again and again gets a
 * class of its own, whose slots have that many bytes, if the fixed classes
 * (or a large block's granules and record) would lose a thirty-second of it
 * or more.  sqlite keeps thousands of 1032 and of 4368 bytes: in slots of
 * 1152, which that class had then, and runs of 4608 its peak RSS was 1.10 of
 * glibc's.  Multiples of 1024 above `max` get one, too, 64 bytes larger, which
 * is what a record has: as runs they all begin in the same few cache sets
 * (np_class.h).  Zeroed blocks stay runs, as pages that were never touched
 * need no clearing.
 *
 * Which size that is, is decided by majority (Boyer, Moore, "MJRTY", 1981):
 * a vote a refill of a pool from NP_FIT_FLOOR on, and a vote a large block
 * that the thread has not got one of in its bins: buffers that come and go
 * need no class.  A vote for the favourite counts up, any other down, at zero
 * the favourite changes.
 *
 *      pool[c]   wanted, votes    of the sizes in fixed class c
 *      pool[0]   wanted, votes    of large blocks up to NP_FIT_MAX
 *
 * Fitted classes belong to the process and stay; there are few
 * (NP_CLASSES_FITTED).  Each heap looks for new ones on slow paths, and enters
 * them into its class_of[], so that malloc finds them on the fast path; those
 * above that table are looked up here.  What was allocated before stays where
 * it is.  Not used with redzones, nor for large requests if NGXPOOL_MAX is
 * less than the most, or if large blocks are guarded.
 */

#include "heap/np_heap.h"
#include "heap/np_mode.h"

/* largest request that has a fitted class */
#define NP_FIT_MAX ((size_t) 16 << 10)

/* a request of n bytes was not served by what class c had left; the heap's
 * thread, no lock held.  c 0: a large block. */
void np_fit_vote(np_heap_t *h, unsigned c, size_t n);

/* h learns of the fitted classes that there are now */
void np_fit_notice_slow(np_heap_t *h);

/* the fitted class for n > NP_SMALL_MAX bytes at a multiple of align, or 0 */
unsigned np_fit_large(np_heap_t *h, size_t n, size_t align);


NP_INLINE void
np_fit_notice(np_heap_t *h)
{
    if (np_unlikely(h->fitted != np_peek(np_class_fitted_now))) {
        np_fit_notice_slow(h);
    }
}

#endif
