#ifndef NP_LITERAL_H
#define NP_LITERAL_H

/*
 * NGXPOOL_RECLAIM=off: the nginx pool as it is.  Each thread's small requests
 * of all sizes come from an ngx_pool_t through ngx_palloc(); nothing small is
 * ever given back, a free only counts.  For a look at how a program would
 * fare with pools, and for programs that end soon.
 *
 *      | head: size, mark | object | head | object | ...
 *
 * The head of 16 bytes makes realloc() and malloc_usable_size() work; its
 * mark tells a live object from a dead one and from an address inside one.
 * A thread's pool stays with its heap, and is used on by the next thread that
 * gets that heap.
 */

#include "heap/np_heap.h"

/* n bytes from h's pool; NULL out of memory.  Owner of h. */
void *np_literal_alloc(np_heap_t *h, size_t n);

/* m, an object of some pool, counts as dead from now on */
void np_literal_free(void *m);

/* 1 if an object, live or dead, begins at m, an address in a chunk */
int np_literal_is_object(const void *m);

/* 1 if m, an object, was not freed */
int np_literal_is_live(const void *m);

/* bytes that may be used at m, an object */
size_t np_literal_usable(const void *m);

/* a block of a pool, from the runs; NULL out of memory (np_seam.c) */
void *np_literal_chunk(size_t size);
void  np_literal_chunk_free(void *m);

typedef struct {
    size_t blocks;
    size_t bytes;            /* of the blocks */
    size_t live[NP_CLASSES]; /* objects, by the class their size would have */
    size_t dead[NP_CLASSES]; /* objects that died and stayed */
} np_literal_counters_t;

/* of all pools, any thread */
void np_literal_count(np_literal_counters_t *n);

#endif
