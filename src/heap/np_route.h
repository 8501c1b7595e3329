#ifndef NP_ROUTE_H
#define NP_ROUTE_H

/*
 * Advised call sites: what they allocate, up to `max`, lies in pools apart
 * from what the rest of the thread allocates, so that objects with another
 * life do not keep its pages; or realloc asks for more there.  A site is known
 * by the return address of its call: of malloc or calloc where objects are
 * kept apart, of realloc where it asks for more.
 *
 *      np_self ---> heap ---> route[kind] ---> heap of the same thread
 *
 * A thread's further heaps are like its own: the same owner, so that frees
 * take the fast way.  Each allocation takes the slow way while there is
 * advice (NP_MODE_ROUTE), to be looked at; without advice nothing of this is
 * touched.  What lies there is neither counted nor watched: there is no advice
 * in other modes, and no profile begins while there is some.
 */

#include <stddef.h>
#include <stdint.h>

#include "heap/np_heap.h"

typedef enum {
    NP_ROUTE_NONE = 0,
    NP_ROUTE_APART,    /* pools that all such sites of a thread share */
    NP_ROUTE_TOGETHER, /* others, which these share: dies as one */
    NP_ROUTE_RESERVE   /* realloc asks for half as much again */
} np_route_e;

/* heaps of a thread besides its own */
#define NP_ROUTE_HEAPS 2

typedef struct {
    uintptr_t  address;
    np_route_e kind;
} np_route_site_t;

/* the sites, which belong to the caller and stay as they are; their number is
 * a power of two, at most half of the entries are in use, at the place that
 * np_route_hash() says or behind it.  Once, before there are threads. */
void np_route_begin(const np_route_site_t *sites, size_t n);

size_t np_route_hash(uintptr_t address);

/* what is advised for a call that returns to address */
np_route_e np_route_find(const void *address);

/* n bytes for that call, at most `max`; NULL out of memory, or if nothing is
 * advised */
void *np_route_alloc(size_t n, const void *address);

/* r: each further heap of h in turn; i counts */
#define np_route_each(r, h, i)                                                \
    for (i = 0; i < NP_ROUTE_HEAPS; i++)                                      \
        if (((r) = (h)->route[i]) != NULL)

/* 1 if hb, the heap of a block, is one of h's thread */
NP_INLINE int
np_route_is_mine(const np_heap_t *h, const np_heap_t *hb)
{
    return hb == h || (hb->main == h && h->attached);
}

/* h's thread ends: its further heaps are given up */
void np_route_abandon(np_heap_t *h);

#endif
