#ifndef NP_APART_H
#define NP_APART_H

/*
 * Mappings apart from all others: each at a random address of the part of
 * the address space where the kernel places nothing by itself (np_window.h),
 * so that what lies in front of and behind it is not mapped.  Blocks that are
 * too large for the window lie so, and so do our own tables outside of it:
 * the kernel would put them side by side, and beside thread-local storage,
 * and a linear overflow of the one would reach the other.
 *
 *      ...... | window | ......... | block | ............. | table | ......
 *
 * Where the address space is too small for that (valgrind, 39 bits), or the
 * place is taken, the kernel chooses.  Any thread.
 */

#include <stddef.h>
#include <stdint.h>

/* the part of the address space from low to high is ours to place in, but for
 * the window at base; random is the seed.  Once, by one thread. */
void np_apart_init(uintptr_t low, uintptr_t high, uintptr_t base,
                   uint64_t random);

/* n bytes, whole pages, at a multiple of align, a power of two; NULL out of
 * memory */
void *np_apart_map(size_t n, size_t align);

#endif
