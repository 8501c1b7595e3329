#ifndef NP_FREE_H
#define NP_FREE_H

/*
 * Freeing off the fast path, and what else starts from a pointer.  Any
 * thread, any pointer; errno is kept.  site is where the program's call comes
 * back to, for the line about a foreign pointer (np_foreign.h).
 */

#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_block.h"

/* the slow twin of np_fast_free(): NULL, other threads' objects, large ones,
 * and all that is misuse.  If m is an object of w, k and fraction are what
 * np_slot_number() says of it. */
NP_NOINLINE void np_free_slow(void *m, np_word_t *w, uint64_t k,
                              uint64_t fraction);

/* likewise, of a call that says how many bytes, at a multiple of align (a
 * power of two), were asked for.  That is looked at in check mode. */
NP_NOINLINE void np_free_sized_slow(void *m, np_word_t *w, uint64_t k,
                                    uint64_t fraction, size_t n,
                                    size_t align);

/* the object at m, of a word or large block, leaves quarantine; h is the
 * calling thread's heap */
void np_free_held(np_heap_t *h, char *m, void *record);

/* a fast free made w wholly free */
NP_NOINLINE void np_free_emptied(np_word_t *w);

/* bytes that may be used at m, 0 for NULL; misuse as np_free_slow() */
size_t np_free_usable_at(const void *m, const void *site);


NP_INLINE size_t
np_free_usable(const void *m)
{
    return np_free_usable_at(m, __builtin_return_address(0));
}

#endif
