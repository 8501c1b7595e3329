#ifndef NP_LARGE_H
#define NP_LARGE_H

/*
 * Requests above `max`: large blocks (np_large_block.h) taken and freed by
 * threads.
 *
 * Blocks of one size would all begin at the same few cache sets, so that
 * what programs keep at the front of their buffers evicts each other
 * (sqlite's pages: time 1.07 -> 0.97 of glibc); up to 64 KiB the bytes that
 * rounding up leaves over stand partly in front.
 *
 * Freed blocks of up to 64 KiB wait in the freeing thread for a request of
 * the same size, at most NP_LARGE_CACHE bytes of them, and less where threads
 * are many, who have NP_LARGE_CACHES together or NP_LARGE_FINE each: when they
 * are more, one size after another goes back.
 *
 * Any thread, with its own heap.
 */

#include "heap/np_large_block.h"

#define NP_LARGE_CACHE  ((size_t) 256 << 10)
#define NP_LARGE_CACHES ((size_t) 2 << 20)

/* n bytes at a multiple of align (a power of two); *zero: 1 if they read as
 * zero.  NULL out of memory.  h may be NULL (a thread without a heap). */
np_large_t *np_large_alloc(np_heap_t *h, size_t n, size_t align, int *zero);

/* l, found by the caller, is free; np_misuse() if it was already */
void np_large_free(np_heap_t *h, np_large_t *l);

/* what h keeps for reuse goes back; 1 if there was any */
int np_large_flush(np_heap_t *h);


/* the bin of a rounded size up to NP_LARGE_FINE */
NP_INLINE unsigned
np_large_bin(size_t size)
{
    return (unsigned) (size / NP_GRANULE) - 1;
}


/* 1 if a freed block for n bytes waits in h */
NP_INLINE int
np_large_waits(const np_heap_t *h, size_t n)
{
    size_t size = np_large_round(n);

    return size <= NP_LARGE_FINE && h->large[np_large_bin(size)] != NULL;
}

#endif
