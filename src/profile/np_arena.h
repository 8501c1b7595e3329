#ifndef NP_ARENA_H
#define NP_ARENA_H

/*
 * The profiler's own memory: pieces of mappings, never given back one by one.
 * Profile lock held.
 */

#include <stddef.h>

/* n bytes, zero, aligned to a cache line; NULL out of memory */
void *np_arena_alloc_locked(size_t n);

/* bytes mapped so far */
size_t np_arena_bytes(void);

#endif
