#ifndef NP_FORK_H
#define NP_FORK_H

/*
 * fork() in a process with threads.  The forking thread takes all locks in
 * rank order before and frees them after; the child has the forking thread
 * only, and what the others were doing is as it was at that moment, for ever.
 *
 * Why that does no harm.  Lists of blocks, runs, records, heaps and large
 * blocks change under locks that we hold: they are whole.  A thread outside
 * its locks can have been in the middle of
 *
 *      malloc or free, fast     one store to `free`: done or not done; at
 *                               worst one slot is lost
 *      pick, open, leave        state, mask, avail, chain, current: the child
 *                               makes them anew from `free` and `last`; a
 *                               word that was being left may lose its bits
 *      a remote free            bits in xfree that nobody was told of, or a
 *                               block on no stack although xpend says so:
 *                               the child merges all words of all blocks and
 *                               begins with empty stacks
 *      a merge                  the bits of one word, in hand: at worst its
 *                               slots are lost
 *      its large bins           a bin is a list whose head moves with one
 *                               store: at worst one block is lost
 *      its stock                is forgotten: the blocks are in the list of
 *                               blocks, without an open word
 *      a purge                  the busy bit of a block may stay set; nobody
 *                               waits for it where no purging thread is
 */

#include <stdint.h>

#include "base/np_attr.h"
#include "heap/np_heap.h"

/*
 * Registers the handlers with libc, once.  They must be the first that are
 * registered, because prepare handlers run last to first, and those of the
 * program may allocate; they are not needed while there is one thread, and
 * make 64 KiB of libc's pages resident.  So: before the program registers its
 * own, and when a second thread comes to us.
 */
void np_fork_register(void);


/* before the calling thread takes a lock, though it may have no heap: it only
 * frees, or only asks */
NP_INLINE void
np_fork_notice(void)
{
    if (np_unlikely(!np_self->attached)) {
        np_fork_register();
    }
}


/*
 * libc's list of streams, which its fork locks when all handlers are done.  The
 * thread that has it, in fflush(NULL), may wait for a stream, and who has that
 * may be in malloc, waiting for us.  So each prepare handler of ours begins by
 * locking it, which may be done twice, and each handler in the parent ends by
 * unlocking it; for those in the child libc has made the lock anew.
 */
void np_fork_streams_prepare(void);
void np_fork_streams_parent(void);
void np_fork_streams_child(void);

/* register_handlers() is called once, by whoever comes first with that stage,
 * 0 at first; who comes meanwhile waits, but for the thread that is at it */
void np_fork_once(_Atomic uintptr_t *xstage, void (*register_handlers)(void));

#endif
