#ifndef NP_GUARD_H
#define NP_GUARD_H

/*
 * NGXPOOL_GUARD=1: large blocks in mappings of their own, between two pages
 * that nobody may access, and as far back as their alignment lets them:
 *
 *      | no access | front | start ... size | no access |
 *
 * A write behind the block, or a read, ends the process where it happens; in
 * front of it, if it is pages long.  In check mode what alignment leaves over
 * at the end is a redzone, and freed blocks in quarantine are not accessible.
 *
 * A block costs three mappings at the most, of which a process may have
 * vm.max_map_count, 65530 by default: from NP_GUARD_MOST on, and where the
 * kernel refuses, blocks are as without guards.  They are moved when they
 * grow or shrink.
 */

#include "heap/np_heap.h"
#include "heap/np_large_block.h"

#define NP_GUARD_MOST 16384

/* n bytes between guards, at a multiple of align, a power of two; NULL: not to
 * be had.  They read as zero. */
np_large_t *np_guard_alloc(size_t n, size_t align);

/* l's mapping, guards included, is given back.  Without a lock. */
void np_guard_unmap(char *start, size_t front, size_t size);

/* 1 if l, where it is, is as far back as it would be if n were asked for */
int np_guard_fits(const np_large_t *l, size_t n);

/* no access to l, which is freed and held back: 1; 0 if that cannot be */
int np_guard_hide(np_large_t *l);

#endif
