#ifndef NP_GLIBC_H
#define NP_GLIBC_H

/*
 * Is a pointer that is not ours a block of glibc's malloc?  Told from what
 * stands before it, as glibc 2.27 and later write it:
 *
 *      m - 16   bytes between the mapping's start and here, if mapped
 *      m -  8   size of the chunk, a multiple of 16, and three flags:
 *               1 the chunk before is in use, 2 mapped, 4 of a thread's arena
 *
 *      mapped       a mapping of its own: both ends lie on pages
 *      arena        in a heap of 64 MiB, aligned to that, whose head leads to
 *                   the arena, and the arena's first heap to itself
 *      main arena   in the memory of brk(2); the chunk behind knows that this
 *                   one is in use
 *
 * While the program has a block, other threads may grow and trim the arena
 * that it lies in: what has to fit, fits at any time.
 *
 * Total over any address: a word is read after the kernel has said that it can
 * be.  Nothing can be proved about foreign memory, but all of it has to fit,
 * and glibc makes its own checks when it is given the block.
 *
 * Several copies of glibc (dlmopen(3)): only the first uses brk, and what a
 * mapped block or a thread's arena needs to be freed stands in the block and
 * the arena, so that any copy can do it.  The main arena of another copy lies
 * in mappings that nothing marks as such: a block there is `lost`.
 *
 * Any thread; no locks, no allocation, errno kept.
 */

#include <stddef.h>

typedef enum {
    NP_GLIBC_NONE = 0, /* none of its blocks */
    NP_GLIBC_BLOCK,    /* the C library's functions know what to do */
    NP_GLIBC_LOST      /* looks like a block, of nobody knows which copy */
} np_glibc_e;

/* what m is; if it is a block, *usable bytes may be used at m */
np_glibc_e np_glibc_find(const void *m, size_t *usable);

/* from now on there may be another copy of glibc in the process */
void np_glibc_expect_copies(void);

#endif
