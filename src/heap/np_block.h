#ifndef NP_BLOCK_H
#define NP_BLOCK_H

/*
 * Blocks and words: how a pool's memory looks.  An nginx pool is a chain of
 * blocks with `last`, `end`, `next` and `failed`; so is ours, but all slots
 * of a block have one size, and which of them are free stands in bits, apart
 * from the memory, 64 slots a word:
 *
 *      headers area    | block | word 0 | word 1 | word 2 | ...
 *                                 |        |        |
 *      heap            | 64 slots | 64 slots | 64 slots | ... |
 *                      start                 last       end
 *
 * A word is one cache line with all that malloc and free need.  It is in one
 * of three states:
 *
 *      CURRENT  its pool hands its slots out, lowest first; mask is 0, so
 *               that a free into it never looks like "all free"
 *      PARTIAL  some slots are free; its bit in the block's `avail` is set
 *      FULL     no slot is free as far as its owner knows; xowner is 0, so
 *               that the first free comes by the slow way and makes it PARTIAL
 *
 * Conservation, for a block:
 *      last <= end <= 2^order <= 32         words opened, words there are,
 *                                           words that have records
 *      avail  == { i < last : word i is PARTIAL }
 *      empty  == |{ i < last : word i is PARTIAL and wholly free }|
 *      live slots == sum over i < last of slots - |free| - |xfree|
 * and for a word:
 *      its last slot ends with its last granule; what the granules have more
 *      than the slots is less than a slot, and in front of the first: every
 *      address in them that is a multiple of size from start is a slot
 *
 * Thread rules: the owner (the thread of xheap) writes everything; threads
 * that free its objects only set bits of xfree and xpend, make xowner 0, link
 * xnext, and read; a purging thread sets xpurge.  Fields of several threads
 * begin with x.
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/np_bits.h"
#include "base/np_queue.h"
#include "heap/np_slot.h"
#include "map/np_window.h"

typedef struct np_heap_s  np_heap_t;
typedef struct np_block_s np_block_t;

#define NP_WORD_SLOTS  64
#define NP_BLOCK_WORDS 32
/* found nearly full more often than this, a block is passed by (nginx:
 * `failed++ > 4`): without it, replacing objects at random picked such blocks
 * over and over, 13 % of a run's samples */
#define NP_BLOCK_FAILED     4
#define NP_BLOCK_FAILED_MAX 15

typedef enum {
    NP_KIND_NONE = 0, /* the null record: nobody's memory */
    NP_KIND_WORD,
    NP_KIND_BLOCK,
    NP_KIND_LARGE,  /* np_large_block.h */
    NP_KIND_LITERAL /* np_literal.h */
} np_kind_e;

typedef enum {
    NP_WORD_CURRENT = 0,
    NP_WORD_PARTIAL,
    NP_WORD_FULL
} np_word_state_e;

typedef struct {
    uint64_t          free;   /* bit set: the slot is free */
    uint64_t          mask;   /* all slots; 0 while CURRENT */
    char             *start;  /* slot 0 */
    uint64_t          recip;  /* of the size (np_slot.h) */
    _Atomic uintptr_t xowner; /* thread pointer whose frees go the fast way, 0,
                                 or a heap's (np_watch.h) */
    _Atomic uint64_t  xfree;  /* freed by other threads, not yet merged */
    uint64_t          last;   /* fraction of the last slot (np_slot.h) */
    uint32_t          size;   /* bytes of a slot */
    uint8_t           kind;
    uint8_t           state;
    uint8_t           index; /* in the block */
    uint8_t           slots;
} np_word_t;

struct np_block_s {
    np_queue_t            chain; /* the pool's blocks with free slots; stock */
    np_queue_t            all;   /* every block of the heap; runs lock */
    _Atomic(np_heap_t *)  xheap; /* whose it is */
    _Atomic(np_block_t *) xnext; /* in xheap's pending stack */
    uint32_t              avail;
    _Atomic uint32_t      xpend; /* words with bits in xfree, signalled */
    uint8_t               last;
    uint8_t               end;
    uint8_t               failed : 4;
    uint8_t               order : 4; /* log2 of the words of its records */
    uint8_t               empty;
    uint8_t               kind;
    uint8_t class;
    _Atomic uint8_t xpurge; /* NP_PURGE_BUSY, NP_PURGE_DONE */
    uint8_t         tail;   /* slots of the last word */
};

_Static_assert(sizeof(np_word_t) == 64, "a word is a cache line");
_Static_assert(sizeof(np_block_t) == 64, "a block is a cache line");
_Static_assert(offsetof(np_word_t, kind) == offsetof(np_block_t, kind),
               "every record tells its kind at the same place");


NP_INLINE np_word_t *
np_block_word(np_block_t *b, unsigned i)
{
    return (np_word_t *) (b + 1) + i;
}


NP_INLINE np_block_t *
np_word_block(const np_word_t *w)
{
    return (np_block_t *) (uintptr_t) (w - w->index) - 1;
}


/* all slots of the word, whatever its state */
NP_INLINE uint64_t
np_word_all(const np_word_t *w)
{
    return np_bit_first(w->slots);
}


NP_INLINE char *
np_block_start(np_block_t *b)
{
    return np_block_word(b, 0)->start;
}


/* records of the block, its own among them */
NP_INLINE unsigned
np_block_records(const np_block_t *b)
{
    return 1 + (1u << b->order);
}


/* slots that word i of the block has or will have */
NP_INLINE unsigned
np_block_slots(const np_block_t *b, unsigned i)
{
    return i + 1u == b->end ? b->tail : NP_WORD_SLOTS;
}


/* slots of the whole block */
NP_INLINE unsigned
np_block_capacity(const np_block_t *b)
{
    return (b->end - 1u) * NP_WORD_SLOTS + b->tail;
}


/* slots of the words that were opened */
NP_INLINE size_t
np_block_opened(const np_block_t *b)
{
    return b->last == b->end ? np_block_capacity(b)
                             : (size_t) b->last * NP_WORD_SLOTS;
}


NP_INLINE size_t
np_block_bytes(const np_block_t *b, size_t size)
{
    return np_align_up(np_block_capacity(b) * size, NP_GRANULE);
}

/* the laws above hold (debug build) */
int np_block_is_valid(np_block_t *b);

#endif
