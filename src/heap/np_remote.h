#ifndef NP_REMOTE_H
#define NP_REMOTE_H

/*
 * Frees of blocks that belong to another thread.
 *
 * The thread that frees sets a bit in the word's xfree.  The first bit of a
 * word sets the word's bit in the block's xpend; the first bit of a block
 * puts the block on the pending stack of its heap.  The owner takes the whole
 * stack with one exchange on its slow path and merges the words that xpend
 * names:
 *
 *      free        xfree |= slot; was 0: xowner = 0, xpend |= word; was 0:
 *                  push block
 *      collect     take stack; for each block: take xpend; for each word in
 *                  it: take xfree, merge
 *
 * Why nothing is lost.  A slot counts as live until it is merged, and it is
 * merged only after its word was named in xpend; so a block cannot be handed
 * back between a thread's first and last touch of it.  A block is on one
 * stack at a time: it is pushed by the one thread that made xpend non-zero,
 * and xpend becomes zero only when the block was taken from a stack.
 *
 * Double frees.  A slot whose bit is set in free or xfree is free already.
 * The owner's fast way looks at free only: without xowner the owner's frees
 * into the word go the slow way, which looks at both, until what others freed
 * is merged and np_pool_arm() gives the word its owner back.  An owner that is
 * just doing so may overlook a bit; the merge then finds the slot free.
 *
 * Blocks change hands (thread exit, adoption) while others push.  After its
 * push a thread reads xheap again; if that has changed, it takes the whole
 * stack it pushed to and sends each block to where it belongs now.  Who gives
 * a block away changes xheap first and empties its own stack afterwards.  All
 * four accesses are sequentially consistent, so one of the two sees the
 * other (Dekker).
 */

#include "heap/np_heap.h"

/* slot of w, owned by another thread, is free; np_misuse() if it was already.
 * Any thread, with or without a heap. */
void np_remote_free(np_word_t *w, unsigned slot);

/* merges what others freed into h's blocks; its owner only (np_orphans: its
 * lock held) */
void np_remote_collect(np_heap_t *h);

#endif
