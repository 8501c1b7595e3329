#ifndef NP_UNWIND_READ_H
#define NP_UNWIND_READ_H

/*
 * What libunwind reads while we have it at work: words that the kernel says
 * can be read, asked for each time.  libunwind looks itself, too, but not
 * everywhere, and it remembers four pages, of all threads: a stack that was
 * unmapped since is read.  Where a frame has no unwind information it takes
 * the frame pointer for a chain's, and that may lead into such a stack.
 *
 * The function that libunwind reads by is exchanged for ours.  It may be the
 * program's libunwind, too, so that what is read while no thread of ours is
 * inside (np_gate.h) goes the way that it went before.
 */

#include <stdint.h>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

/* of the address space that is unwound.  Once, when libunwind has begun. */
void np_unwind_read_init(unw_accessors_t *a);

/* 1 if the word at p, any address, can be read.  Asks the kernel. */
int np_unwind_read_may(uintptr_t p);

/* 1 if the words near p can.  If a CFA is told by a word of memory
 * (DW_OP_deref), libunwind reads that by itself: no farther than that from what
 * a register has. */
#define NP_UNWIND_READ_NEAR 128
int np_unwind_read_may_near(uintptr_t p);

#endif
