#ifndef NP_LARGE_BLOCK_H
#define NP_LARGE_BLOCK_H

/*
 * The large-block list.  Each large block has a record outside its memory,
 * linked into one list, and found from its address in O(1): through the map
 * of the window, or the table of mappings.
 *
 *      4 KiB .. 64 KiB   runs of whole granules (512 bytes)
 *      .. 32 MiB         runs of whole pages; grown and shrunk in place.
 *                        Many of those that cannot grow where they are become
 *      above             mappings of their own; grown and shrunk by mremap,
 *                        but not to less than half, below 16 MiB
 *
 * What the program has begins in the run's first granule, a few cache lines
 * behind its start (np_large.h):
 *
 *      | front | start ... size |       front + size: bytes of the run
 *
 * Only the first granule of a run maps to the record: a pointer into the
 * middle is nobody's.
 *
 * Any thread.  The list and the records' links change under the runs lock;
 * xstate is what decides between two threads that free the same block.
 */

#include "heap/np_heap.h"
#include "os/np_mem.h"

/* sizes up to here are multiples of a granule, above of a page (git repack,
 * buffers of 17 KiB: up to 16 KiB only, its peak RSS was 1.13 of glibc's) */
#define NP_LARGE_FINE ((size_t) 64 << 10)
/* above: a mapping of its own */
#define NP_LARGE_RUN ((size_t) 32 << 20)
/* a run of so many bytes that is to grow and cannot where it is becomes a
 * mapping, which takes the kernel less time than a copy; a smaller one if it
 * is to grow by less than a quarter: who adds a little again and again would
 * be copied each time */
#define NP_LARGE_MOVES ((size_t) 1 << 20)
#define NP_LARGE_STEPS ((size_t) 128 << 10)

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

/* bytes that a request of n takes */
NP_INLINE size_t
np_large_round(size_t n)
{
    return n <= NP_LARGE_FINE ? np_align_up(n, NP_GRANULE)
                              : np_align_up(n, np_mem_page());
}


/* a live block of size bytes (rounded, up to NP_LARGE_RUN) at a multiple of
 * align (a power of two, up to NP_LARGE_RUN), in the window; *zero: 1 if it
 * reads as zero.  NULL if the window has no such place. */
np_large_t *np_large_take_run(size_t size, size_t align, int *zero);

/* the same for any size, in a mapping of its own that reads as zero; NULL out
 * of memory */
np_large_t *np_large_take_mapping(size_t size, size_t align, int *zero);

/* the mapping of so many bytes at m becomes a large block that begins front
 * bytes behind; NULL out of memory.  Any thread. */
np_large_t *np_large_adopt(char *m, size_t bytes, size_t front);

/* l goes back: its memory, then its record */
void np_large_release(np_large_t *l);

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


/* l made to hold n bytes where it is or (a mapping, or what becomes one) where
 * the kernel moves it; 0, or -1 if that cannot be: l's contents and size are
 * as they were */
int np_large_resize(np_large_t *l, size_t n);

/* bytes of live large blocks at their most (in runs and mappings, those that
 * threads keep for reuse included) */
size_t np_large_peak(void);

/* bytes of all large blocks now, and of those in mappings of their own;
 * without a lock */
size_t np_large_bytes_now(void);
size_t np_large_bytes_mapped(void);

#endif
