#ifndef NP_LARGE_H
#define NP_LARGE_H

/*
 * The large-block list: requests above `max`.  Each large block has a record
 * outside its memory, linked into one list, and found from its address in
 * O(1): through the map of the window, or the table of mappings.
 *
 *      4 KiB .. 64 KiB   runs of whole granules (512 bytes)
 *      .. 32 MiB         runs of whole pages; grown and shrunk in place
 *      above             mappings of their own; grown by mremap, and shrunk
 *                        down to 16 MiB
 *
 * Blocks of one size would all begin at the same few cache sets, so that
 * what programs keep at the front of their buffers evicts each other
 * (sqlite's pages: time 1.07 -> 0.97 of glibc); up to 64 KiB the bytes that
 * rounding up leaves over stand partly in front:
 *
 *      | front | start ... size |       front + size: bytes of the run
 *
 * Only the first granule of a run maps to the record: a pointer into the
 * middle is nobody's.  Freed blocks of up to 64 KiB wait in the freeing
 * thread for a request of the same size, at most NP_LARGE_CACHE bytes of
 * them: when they are more, one size after another goes back.
 *
 * Any thread.  The list and the records' links change under the runs lock;
 * xstate is what decides between two threads that free the same block.
 */

#include "heap/np_heap.h"

#define NP_LARGE_CACHE ((size_t) 256 << 10)

typedef enum {
    NP_LARGE_LIVE = 1,
    NP_LARGE_HELD,   /* freed, and held back (np_quarantine.h) */
    NP_LARGE_CACHED, /* waits in a thread's bin */
    NP_LARGE_GONE
} np_large_state_e;

struct np_large_s {
    np_queue_t        link;   /* the large-block list; runs lock */
    char             *start;  /* what the program has */
    size_t            size;   /* bytes it may use */
    _Atomic uintptr_t xowner; /* 0: frees take the slow way */
    union {
        size_t      requested; /* LIVE, HELD: what the program asked for */
        np_large_t *next;      /* CACHED: the next of the bin */
    };
    _Atomic uint32_t xstate;
    uint32_t         mapped; /* 1: a mapping of its own */
    uint32_t         front;  /* bytes of the run in front of start */
    uint8_t          kind;
    uint8_t          guarded; /* 1: between guard pages (np_guard.h) */
    uint8_t          hidden;  /* 1: and not accessible itself */
    uint8_t          spare;
};

_Static_assert(sizeof(np_large_t) == 64, "a large record is a cache line");
_Static_assert(offsetof(np_large_t, kind) == offsetof(np_word_t, kind),
               "every record tells its kind at the same place");
_Static_assert(offsetof(np_large_t, xowner) == offsetof(np_word_t, xowner),
               "a fast free refuses a large block by its owner");

/* the large-block list; runs lock */
extern np_queue_t np_large_list;

/* n bytes at a multiple of align (a power of two); *zero: 1 if they read as
 * zero.  NULL out of memory.  h may be NULL (a thread without a heap). */
np_large_t *np_large_alloc(np_heap_t *h, size_t n, size_t align, int *zero);

/* the large block that begins at m, from the window or a mapping; NULL */
np_large_t *np_large_find(const void *m);

/* bytes of l's run or mapping */
NP_INLINE size_t
np_large_bytes(const np_large_t *l)
{
    return l->front + l->size;
}


NP_INLINE int
np_large_is_live(const np_large_t *l)
{
    return atomic_load_explicit(&l->xstate, memory_order_relaxed)
           == NP_LARGE_LIVE;
}


/* the mapping of so many bytes at m becomes a large block that begins front
 * bytes behind; NULL out of memory.  Any thread. */
np_large_t *np_large_adopt(char *m, size_t bytes, size_t front);

/* a live l is held from now on: 1; 0 if another call has freed it */
NP_INLINE int
np_large_hold(np_large_t *l)
{
    uint32_t live = NP_LARGE_LIVE;

    return atomic_compare_exchange_strong(&l->xstate, &live, NP_LARGE_HELD);
}


/* a held l is live again, to be freed by who calls this */
NP_INLINE void
np_large_unhold(np_large_t *l)
{
    atomic_store(&l->xstate, NP_LARGE_LIVE);
}


/* l, found by the caller, is free; np_misuse() if it was already */
void np_large_free(np_heap_t *h, np_large_t *l);

/* l made to hold n bytes where it is or (a mapping) where the kernel moves
 * it; 0, or -1 if that cannot be: l is as it was */
int np_large_resize(np_large_t *l, size_t n);

/* bytes of live large blocks at their most (in runs and mappings, those that
 * threads keep for reuse included) */
size_t np_large_peak(void);

/* bytes of all large blocks now, and of those in mappings of their own;
 * without a lock */
size_t np_large_bytes_now(void);
size_t np_large_bytes_mapped(void);

/* what h keeps for reuse goes back; 1 if there was any */
int np_large_flush(np_heap_t *h);

#endif
