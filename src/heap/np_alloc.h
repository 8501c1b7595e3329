#ifndef NP_ALLOC_H
#define NP_ALLOC_H

/*
 * Allocation off the fast path.  Any thread; NULL means out of memory and
 * nothing else.  Sizes in bytes; what is returned is aligned to 16 bytes and
 * belongs to the caller until np_fast_free().
 */

#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_heap.h"

/* the slow twin of np_fast_alloc(): any n up to PTRDIFF_MAX.  What the fast
 * way had found, the heap and the class, it looks up anew. */
NP_NOINLINE void *np_alloc_slow(size_t n, np_heap_t *h, size_t c);

/* n bytes that read as zero */
void *np_alloc_zero(size_t n);

/* n bytes at a multiple of align, a power of two */
void *np_alloc_aligned(size_t align, size_t n);

/*
 * The object at m made n bytes long, n > 0, with its contents up to the
 * shorter length; m itself or a new object (m is free then).  NULL leaves m
 * as it was.  m is not NULL; if it is not one of ours, np_foreign.h says what
 * becomes of it.  site is where the program's call comes back to.
 */
void *np_alloc_resize_at(void *m, size_t n, const void *site);


NP_INLINE void *
np_alloc_resize(void *m, size_t n)
{
    return np_alloc_resize_at(m, n, __builtin_return_address(0));
}

#endif
