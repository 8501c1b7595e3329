#ifndef NP_RUN_H
#define NP_RUN_H

/*
 * Runs: the heap's granules of 512 bytes, handed out in contiguous pieces,
 * first fit at the lowest address, so that what is used stays together and
 * the top can drain; those with an alignment above a page where np_hole.h
 * finds room soon.
 *
 * Which granules are used, and which pages may hold data, is kept in bits
 * apart from the memory itself (np_granule.h); neighbouring holes coalesce in
 * them by themselves, and np_hole.h finds the lowest that fits.  A free page
 * that is not dirty is known to be zero and costs nothing.
 *
 * Conservation: used + free granules == granules of the window; dirty_free
 * counts the free granules on dirty pages, at most those that are free.
 *
 * Thread rules: all bits change under the runs lock, except xdirty, which is
 * atomic: blocks that purge their own holes clear it without the lock.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_lock.h"
#include "os/np_mem.h"

#define NP_RUN_NONE ((size_t) -1)

extern np_lock_t np_runs_lock;

typedef struct {
    size_t used;       /* granules in runs */
    size_t dirty_free; /* granules free, and resident as far as we know */
    size_t purged;     /* bytes given back, ever (holes of blocks too) */
    size_t purges;     /* batches that gave something back */
    size_t reused;     /* bytes of clean pages that came into use, below
                        * where fresh ones begin, ever */
} np_run_counters_t;

extern np_run_counters_t np_run_counters;

/* a run of n granules whose first is a multiple of align granules (a power
 * of two); its index, or NP_RUN_NONE.  *zero: 1 if all of it reads as zero.
 * The map entries of the run are 0. */
size_t np_run_alloc_locked(size_t n, size_t align, int *zero);

/* likewise, all of it below the granule `end` */
size_t np_run_alloc_below_locked(size_t end, size_t n, size_t align,
                                 int *zero);

/* the run's granules are free from now on; map entries are the caller's */
void np_run_free_locked(size_t g, size_t n);

/* likewise; its pages are elsewhere, so that it reads as zero */
void np_run_free_clean_locked(size_t g, size_t n);

/* n granules from g on become used if all are free: 1 (and *zero), else 0 */
int np_run_extend_locked(size_t g, size_t n, int *zero);

/* gives back what is free and resident; how many bytes went */
size_t np_run_purge_locked(void);

/* gives the address space behind the last run back; 1 if there was any.  The
 * tables of the window need it when there is no other (RLIMIT_AS). */
int np_run_shrink_locked(void);

/*
 * Pages inside used runs, for blocks with holes.  A range is of whole pages.
 */

/* 1 if any page of the range is dirty */
int np_run_is_dirty(size_t g, size_t n);
/* the pages that the range touches may hold data from now on; bytes of those
 * that were clean */
size_t np_run_mark_dirty(size_t g, size_t n);
/* likewise, of a block's pages that were given back: they are in use again */
void np_run_soil(size_t g, size_t n);
/* pages on their way back, many for one call to the kernel.  They count as
 * dirty until they are gone. */
typedef struct {
    struct iovec range[NP_MEM_RANGES];
    unsigned     n;
    size_t       bytes; /* that went back so far */
} np_run_batch_t;

/* puts the dirty pages that lie wholly inside [from, to) into the batch; how
 * many bytes.  The caller sees to it that nobody uses them until
 * np_run_purge_batch(). */
size_t np_run_purge_range(np_run_batch_t *t, char *from, char *to);

/* what is left in the batch goes back, and it is empty; how many bytes went
 * from it altogether */
size_t np_run_purge_batch(np_run_batch_t *t);

/* the bits, the counters and the index of holes agree (debug build; walks all
 * of it) */
int np_run_is_valid_locked(void);

#endif
