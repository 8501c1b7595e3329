#ifndef NP_QUARANTINE_H
#define NP_QUARANTINE_H

/*
 * Check mode: freed objects are held back for a while, full of junk, before
 * their memory is used again.
 *
 *      free --> | newest | ... | oldest | --> still junk? --> freed indeed
 *               at most NGXPOOL_QUARANTINE bytes
 *
 * Until then a second free is one of an object that is known to be freed,
 * whatever was allocated meanwhile; and when it leaves, or the process ends,
 * a byte that is no longer junk tells of a write after the free.  Large blocks
 * with guard pages cannot be touched at all meanwhile, and count as a page.
 *
 * One queue for all threads, under a lock of its own, in which no other is
 * taken.  An entry names the object and its record, so that the end of the
 * process, which may come in a signal handler, needs no look-up.  What is held
 * is marked as held (np_mode.h, NP_LARGE_HELD) before it is in the queue, and
 * its slot is live for the heap: owner, orphans and forks treat it as such.
 * The child of a fork goes on with a copy; what a vanished thread was about to
 * put in or had taken out stays held there.
 */

#include "base/np_lock.h"
#include "heap/np_heap.h"
#include "heap/np_large_block.h"
#include "os/np_options.h"

extern np_lock_t np_quarantine_lock;

/* what is held of each class, for statistics; 0: bytes of large blocks */
extern size_t np_quarantine_held[NP_CLASSES];


/* room for as many objects as there can be; without it, none are held.  Once,
 * before there are threads: later, memory may be scarce. */
void np_quarantine_init(void);


/* 1 if an object of so many bytes may be held; check mode */
NP_INLINE int
np_quarantine_takes(size_t size)
{
    return size <= np_options.quarantine;
}


/* m, marked as held and full of junk or hidden, is in the queue: 1; 0 if it
 * is too long, and must be freed at once.  What it pushes out is freed on
 * behalf of h, the calling thread's heap. */
int np_quarantine_put(np_heap_t *h, char *m, void *record);

/* all that is held is looked at and freed; 1 if there was anything */
int np_quarantine_flush(np_heap_t *h);

/* all that is held is looked at, at the end of the process; unless another
 * thread is at it, or this one was when a signal came */
void np_quarantine_verify(void);

#endif
