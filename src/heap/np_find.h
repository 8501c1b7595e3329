#ifndef NP_FIND_H
#define NP_FIND_H

/*
 * What a pointer is.  Total over any address, told from our tables and not
 * from what the pointer leads to (but for objects of a literal pool, whose
 * heads stand before them).  In O(1) for all that begins an object; inside the
 * heap, where none does, by a walk of the large-block list.
 *
 * Outside of it np_find() knows only where blocks begin; np_find_outside()
 * also walks, and looks for what was given back (np_gone.h).  It is for
 * pointers that nobody else knows, either.
 */

#include "heap/np_heap.h"
#include "heap/np_large_block.h"
#include "heap/np_mode.h"

typedef enum {
    NP_FOUND_FOREIGN = 0, /* not ours */
    NP_FOUND_INTERIOR,    /* ours, but not the start of an object */
    NP_FOUND_GONE,        /* in memory that was ours, and nobody has: freed */
    NP_FOUND_SLOT,        /* a slot, live or free, of word w */
    NP_FOUND_LARGE,       /* the large block l */
    NP_FOUND_LITERAL      /* of a literal nginx pool: np_literal.h */
} np_found_e;

typedef struct {
    np_word_t  *w;
    np_large_t *l;
    unsigned    slot;
} np_found_t;

np_found_e np_find(const void *m, np_found_t *f);

/* what m is that np_find() takes for foreign: INTERIOR, GONE or FOREIGN */
NP_COLD np_found_e np_find_outside(const void *m);


/* the slot's bit */
NP_INLINE uint64_t
np_found_bit(const np_found_t *f)
{
    return (uint64_t) 1 << f->slot;
}


/* 1 if the slot is free, as far as any thread has said so */
NP_INLINE int
np_found_is_free(const np_found_t *f)
{
    return ((np_peek(f->w->free)
             | atomic_load_explicit(&f->w->xfree, memory_order_relaxed))
            & np_found_bit(f))
               != 0
           || (np_unlikely(np_modes & NP_MODE_CHECK)
               && np_mode_is_held(f->w, f->slot));
}

#endif
