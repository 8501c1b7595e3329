#ifndef NP_FREE_H
#define NP_FREE_H

/*
 * Freeing off the fast path, and what else starts from a pointer.  Any
 * thread, any pointer; errno is kept.
 */

#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_block.h"

/* the slow twin of np_fast_free(): NULL, other threads' objects, large ones,
 * and all that is misuse */
NP_NOINLINE void np_free_slow(void *m);

/* a fast free made w wholly free */
NP_NOINLINE void np_free_emptied(np_word_t *w);

/* bytes that may be used at m, 0 for NULL; misuse as np_free_slow() */
size_t np_free_usable(const void *m);

/* pointers seen that were not ours */
size_t np_free_foreign_seen(void);

#endif
