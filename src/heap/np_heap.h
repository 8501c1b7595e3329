#ifndef NP_HEAP_H
#define NP_HEAP_H

/*
 * The heap of a thread: one pool a size class, and what the thread keeps of
 * large blocks.
 *
 *      np_self ---> heap --- current[c] ---> the word that class c takes from,
 *                        |                   or one in its place (np_sample.h)
 *                        --- pool[c] ------> chain of blocks with free slots
 *                        --- xpending -----> blocks that others freed into
 *
 * A thread without a heap points at np_heap_none, whose words are all empty:
 * its first request takes the slow way and attaches a heap.  When reports or
 * checks are on (`modes`), current[] stays empty and words carry no owner, so
 * that each call takes the slow way and can be counted; pool[c].current is
 * then the word in use.
 *
 * Thread rules: a heap belongs to the thread whose np_self points at it.
 * Others touch xpending only.  A heap without a thread waits in the list of
 * spare heaps; its blocks have gone to the orphans before, but for its stock
 * of empty ones (np_stock.h).
 */

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"
#include "base/np_lock.h"
#include "base/np_queue.h"
#include "heap/np_block.h"
#include "heap/np_class.h"
#include "heap/np_count.h"

typedef struct np_large_s np_large_t;
typedef struct np_watch_s np_watch_t;

/* freed large blocks of up to 64 KiB, by granules */
#define NP_LARGE_BINS 128

typedef struct {
    np_queue_t  chain;   /* blocks with free slots, next to use first */
    np_word_t  *current; /* never NULL: np_word_none at the least */
    np_block_t *fresh;   /* the block with words never opened, or NULL */
    char       *ahead;   /* fresh is populated up to here (np_ahead.h) */
    size_t      bytes;   /* of all its blocks */
    uint32_t    blocks;
    uint16_t    wanted; /* np_fit.h: size in 16 bytes, and its votes */
    uint8_t     votes;
    uint64_t    resets; /* blocks rewound or handed back when empty */
} np_pool_t;

struct np_heap_s {
    /* hot: what malloc reads */
    np_word_t *current[NP_CLASSES];
    uint8_t    class_of[NP_CLASS_LOOKUP]; /* 0 above max */
    uint8_t    attached;                  /* a thread has it */
    uint8_t    modes;                     /* np_mode_e */
    uint8_t    fitted;                    /* classes it knows (np_fit.h) */
    uint8_t    large_hand;                /* the bin to empty next */
    uint8_t    stock_hand; /* the class of which stock was given up last */

    _Atomic(np_block_t *) xpending;
    uintptr_t             owner;  /* what words carry: thread pointer or 0 */
    uintptr_t             thread; /* thread pointer of the thread */
    np_queue_t            blocks; /* all of them; runs lock */
    np_queue_t            link;   /* heaps or spare heaps; heaps lock */

    /* bytes (np_purge.h): of words that were ever opened; freed in them since
     * the last purge, an estimate; free by then, and still */
    size_t  opened;
    int64_t holes;
    size_t  free;

    size_t large_cached; /* bytes in large[] */
    size_t stocked;      /* likewise, in stock[] */

    void       *literal; /* ngx_pool_t of RECLAIM=off, or NULL */
    np_count_t *count;   /* counters, or NULL */
    np_watch_t *watch;   /* np_watch.h, or NULL */
    np_heap_t  *main;    /* of a further heap (np_route.h): the thread's own */
    np_heap_t  *route[2]; /* further heaps, or NULL */
    uint64_t    remote_frees;

    np_pool_t pool[NP_CLASSES];

    np_large_t *large[NP_LARGE_BINS];

    np_queue_t stock[NP_CLASSES]; /* np_stock.h; zero before the first */
};

typedef enum {
    NP_MODE_COUNT = 1,   /* a report was asked for: count each call */
    NP_MODE_CHECK = 2,   /* junk and redzones */
    NP_MODE_LITERAL = 4, /* the literal nginx pool */
    NP_MODE_EXACT = 8,   /* every object is watched (np_watch.h) */
    NP_MODE_SAMPLE = 16, /* some are */
    NP_MODE_WATCH = 32,  /* some are, or have been: of np_modes only */
    NP_MODE_ROUTE = 64   /* some sites have pools of their own (np_route.h) */
} np_mode_e;

/* from the options; each call takes the slow way */
#define NP_MODE_SLOW (NP_MODE_COUNT | NP_MODE_CHECK | NP_MODE_LITERAL)
/* there is a side area (np_mode.h) */
#define NP_MODE_SIDE (NP_MODE_COUNT | NP_MODE_CHECK)
/* of a thread that watches: changes while the process runs */
#define NP_MODE_WATCHING (NP_MODE_EXACT | NP_MODE_SAMPLE)

extern __thread np_heap_t *np_self;
extern np_heap_t           np_heap_none;
extern np_heap_t           np_orphans; /* owner of blocks without a thread */
extern np_word_t           np_word_none;
extern np_lock_t           np_heaps_lock;
extern np_lock_t           np_orphans_lock;

/* all heaps with a thread (link); heaps lock */
extern np_queue_t np_heaps;

/* every heap that may have blocks, but np_orphans: those with a thread, with
 * their further heaps, then the spare ones.  The one after h, the first after
 * NULL; NULL after the last.  Heaps lock held. */
np_heap_t *np_heap_after_locked(np_heap_t *h);

#define np_heap_each_locked(h)                                                \
    for (h = np_heap_after_locked(NULL); h != NULL;                           \
         h = np_heap_after_locked(h))

/* threads that have a heap now, and that ever had one; heaps lock */
extern size_t np_heaps_now;
extern size_t np_heaps_seen;

/* the calling thread's heap, attached if it had none; NULL out of memory.
 * The first call starts the allocator up. */
np_heap_t *np_heap_get(void);

/* the options are read, if they were not; the heap can wait for a request */
void np_heap_configure(void);

/* 1 if the thread is past its end and has been given a heap for the one call
 * that it makes: to be given up with np_heap_detach() */
int np_heap_is_late(void);

/* gives the calling thread's heap up: empty blocks go back or stay in its
 * stock, others become orphans.  Called at the end of a thread; later calls
 * still work. */
void np_heap_detach(void);

/* a heap without a live object becomes a spare one; heaps lock held */
void np_heap_retire_locked(np_heap_t *h);

/* zeroed memory becomes an empty heap */
void np_heap_init(np_heap_t *h);

/* the pools of h, their chains, blocks and sums are as np_block.h says (debug
 * build; walks all of it).  By the owner, from where no block is half in a
 * pool; np_orphans: its lock held. */
int np_heap_is_valid(np_heap_t *h);

/* likewise, but looks only now and then */
int np_heap_is_valid_now(np_heap_t *h);

/* modes in force, from the options; but for NP_MODE_WATCH, which may be added
 * at any time, constant after start-up */
extern unsigned np_modes;

/* an address that is the same for a thread as long as it lives */
#define np_thread_pointer() ((uintptr_t) __builtin_thread_pointer())

#endif
