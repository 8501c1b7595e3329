#ifndef NP_STATS_H
#define NP_STATS_H

/*
 * A snapshot of everything the allocator knows about itself, taken by
 * np_stats_collect() and rendered by others (np_report_*.c, mallinfo2).
 *
 * What can be read from blocks and runs is always there.  What only counting
 * each call can tell (calls, requested bytes, size ranges, peaks of
 * requested bytes) is there when the process runs with counters
 * (NGXPOOL_REPORT is set): `counted`.  Sizes are in bytes.
 *
 * Conservation laws (check_laws() of tests/unit/check_heap.c):
 *      allocs - frees == live                       (calls, when counted)
 *      pool.capacity == pool.live + pool.holes + pool.fresh
 *      live_bytes == sum(pool.live * size) + large.live_bytes
 */

#include <stdint.h>

#define NP_STATS_POOLS                                                        \
    57 /* size classes; [0]: large blocks' calls and slack */
#define NP_STATS_RANGES 48 /* [k]: requests of 2^(k-1)+1 .. 2^k bytes */

/* all pools of one size class, over all threads */
typedef struct {
    uint64_t size;  /* bytes of a slot */
    uint64_t pools; /* heaps in use that have such a pool now */
    uint64_t blocks;
    uint64_t capacity;     /* slots in all blocks */
    uint64_t fresh;        /* slots behind `last`: never handed out */
    uint64_t live;         /* slots in the program's hands */
    uint64_t holes;        /* slots freed and not yet used again, also those
                            * of whole blocks in stock (np_stock.h) */
    uint64_t dead;         /* RECLAIM=off: freed, and gone until exit */
    uint64_t slack_bytes;  /* live, allocated but not requested (counted) */
    uint64_t purged_bytes; /* whole pages of holes that went back */
    uint64_t passed_by;    /* blocks that `failed` keeps out of the chain */
    uint64_t resets;       /* blocks rewound or handed back when empty */
    uint64_t allocs;       /* counted */
    uint64_t frees;        /* counted */
    uint64_t requested;    /* counted: bytes asked for, ever */
} np_stats_pool_t;

typedef struct {
    uint64_t allocs;
    uint64_t frees;
    uint64_t requested;      /* bytes asked for, ever */
    uint64_t live_requested; /* bytes asked for and not freed */
} np_stats_range_t;

typedef struct {
    uint64_t count; /* live large blocks */
    uint64_t live_bytes;
    uint64_t peak_bytes;
    uint64_t allocs; /* ever */
    uint64_t mapped; /* of count, in mappings of their own */
    uint64_t mapped_bytes;
    uint64_t cached_bytes; /* freed, kept by threads for the next request */
} np_stats_large_t;

typedef struct {
    int counted;
    int reclaim; /* 0: the literal nginx pool (NGXPOOL_RECLAIM=off) */

    uint64_t threads_now;
    uint64_t threads_seen;

    /* counted */
    uint64_t allocs; /* malloc, calloc, memalign..., realloc's new blocks */
    uint64_t frees;
    uint64_t reallocs;       /* calls of realloc with a block */
    uint64_t requested;      /* bytes, ever */
    uint64_t live_requested; /* bytes */
    uint64_t peak_requested; /* bytes */

    uint64_t live_bytes;    /* slots and large blocks in use */
    uint64_t peak_bytes;    /* counted: live_bytes at its highest */
    uint64_t remote_frees;  /* freed by a thread that did not allocate it */
    uint64_t foreign_frees; /* of pointers that were not ours */
    uint64_t foreign_given; /* frees and reallocs that glibc did for us */
    uint64_t foreign_left;  /* calls with others, which did nothing */
    uint64_t orphan_blocks; /* blocks whose thread is gone */

    uint64_t mapped_bytes;   /* address space of the heap and its tables */
    uint64_t heap_bytes;     /* of it, runs in use by blocks and large ones */
    uint64_t retained_bytes; /* resident free runs, large blocks cached */
    uint64_t holes_bytes;    /* free slots whose pages are still resident */
    uint64_t fresh_bytes;    /* slots never handed out */
    uint64_t metadata_bytes; /* headers, tables, heaps; not the side area */
    uint64_t purged_bytes;   /* given back to the system, ever */
    uint64_t purges;         /* calls that gave something back */

    uint64_t literal_blocks; /* RECLAIM=off: blocks of the nginx pools */
    uint64_t literal_bytes;  /* of these blocks, used up or not */

    np_stats_pool_t  pool[NP_STATS_POOLS];
    np_stats_range_t range[NP_STATS_RANGES];
    np_stats_large_t large;
} np_stats_t;

/* fills s, which belongs to the caller (9 KiB); 0, or -1 at once if another
 * thread, or the one that a signal handler interrupted, holds a lock of the
 * heap.  Any thread.  Figures of other running threads are read without
 * stopping them: each is right, their sum may be a few calls off. */
int np_stats_collect(np_stats_t *s);

#endif
