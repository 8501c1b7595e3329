#ifndef NP_PROFILE_H
#define NP_PROFILE_H

/*
 * A profile that has been read: the model that all renderers use.
 *
 *      np_profile_t
 *        +-- header, command, modules
 *        +-- place      each code address once
 *        +-- site       what became of memory; its stack is a list of places,
 *        |              the allocating function first
 *        +-- threads, times, pools, blocks
 *
 * Counts of objects are doubles, already divided by the profile's scale; in a
 * sampled profile they and all bytes are estimates.  What epochs mean is
 * resolved: at_peak, half[] hold what they say.
 *
 * The file may be one that a running program still writes: everything is
 * copied when it is read, nothing refers to the file afterwards, and it can
 * be read again and again.  Nothing in it is trusted; names (command,
 * module paths, thread names) are as recorded, so escape them before they are
 * shown.  A profile does not change after it was read but for `hidden`; any
 * number of threads may read it.
 */

#include <stddef.h>
#include <stdint.h>

#include "format/np_format.h"

#define NP_NO_MODULE UINT32_MAX
#define NP_NO_SITE   UINT32_MAX
#define NP_STACK_MAX 1024 /* frames; longer stacks are no profile of ours */

typedef struct {
    char    *path; /* "" when unknown */
    uint64_t bias; /* address in the program less that in the file */
    uint64_t start;
    uint64_t end; /* behind the last address */
    uint32_t from, to;
    unsigned build_id_length;
    uint8_t  build_id[36];
} np_module_t;

/* an address of code; `address` and `module` and `exact` tell places apart */
typedef struct {
    uint64_t address; /* as recorded: behind the call, unless exact */
    uint64_t file;    /* in the module's file, to be looked up: of the call
                         itself; without a module: in the program */
    uint32_t module;  /* index, or NP_NO_MODULE */
    uint32_t exact;   /* 1: not behind a call (a signal came there) */
} np_place_t;

typedef struct {
    double bytes;
    double objects;
} np_amount_t;

typedef struct {
    double allocs, frees, temporary, remote, lifo, runs, reallocs;
} np_half_t;

typedef struct {
    uint32_t        id;   /* in the file's table, the same while it grows */
    np_site_e       kind; /* NP_SITE_FIRST for all that have call stacks */
    uint32_t        depth;
    const uint32_t *stack;  /* places, the allocating function first */
    int             hidden; /* left out by a filter; renderers skip it */

    np_amount_t total; /* allocated, ever */
    np_amount_t freed;
    np_amount_t live;      /* now, or when the program ended */
    np_amount_t at_peak;   /* when the program had its peak */
    np_amount_t peak;      /* the site's own, each for itself */
    np_amount_t inherited; /* from the process that forked this one */
    np_amount_t temporary; /* freed within NP_TEMPORARY bytes of clock */

    double slack, live_slack; /* bytes given but not asked for */
    double remote;            /* objects freed by other threads */
    double lifo;              /* that were the thread's youngest */
    double runs, longest_run; /* of consecutive frees in a thread */
    double reallocs, realloc_in_place;
    double realloc_grown, realloc_copied;                  /* bytes */
    double pinned, pinned_at_peak, pinned_max, pinned_sum; /* bytes */
    double surveys;               /* looks that pinned_sum is the sum of */
    double samples, free_samples; /* events, not weighted */
    double mean_life_bytes, mean_life_ms; /* of freed ones; NaN: none */
    double first_ms, last_ms;             /* allocation */

    np_half_t now;     /* the same figures at present, */
    np_half_t half[2]; /* at the last and at the last but one epoch */

    uint32_t size[NP_SIZES]; /* events, not weighted */
    uint32_t life[NP_LIVES];
    uint32_t time[NP_TIMES];
} np_site_t;

typedef struct {
    uint32_t tid;
    uint32_t threads; /* that used this entry, one after another */
    char     name[17];
    double   allocs, alloc_bytes, frees, free_bytes, remote;
} np_profile_thread_t;

typedef struct {
    np_format_block_t record;
    uint32_t          site; /* index of the site that pins it, NP_NO_SITE */
} np_profile_block_t;

typedef struct {
    /* the header as it stands; its `table` says what was lost for want of
     * room, its offsets are of no use any more */
    np_format_header_t header;
    int                sampled;
    double             live_objects;
    uint64_t           file_bytes; /* of the file, less its spare room */
    int                gzipped;
    unsigned           dropped; /* records not yet complete in a live file */
    /* 1: the process is over, and no handler of its end ran */
    int over;

    unsigned ncommand;
    char   **command; /* NULL at its end */

    unsigned     nmodules, nplaces, nsites, nthreads, ntimes, npools, nblocks;
    np_module_t *module;
    np_place_t  *place;
    np_site_t   *site;
    np_profile_thread_t *thread;
    np_format_time_t    *time; /* in order of time */
    np_format_pool_t    *pool;
    np_profile_block_t  *block;

    np_site_t total; /* sums over all sites; without stack, half, peak */

    uint32_t *stacks; /* where the sites' stacks are */
} np_profile_t;

#define NP_PROFILE_ERROR 256

/*
 * Reads a profile, plain, coded or gzipped.  NULL: err[] says why in words
 * that follow "FILE: " ("not a profile", "damaged: ...", a system error).
 */
np_profile_t *np_profile_load(const char *file, char err[NP_PROFILE_ERROR]);
void          np_profile_free(np_profile_t *p);

/* milliseconds that it ran so far: one that runs, or did not see its end, may
 * have allocated after the last entry of the time line */
double np_profile_ms(const np_profile_t *p);

/* 1 if the allocator's own counters (header.heap_live_xxx) are of the end; of
 * one that did not see its end they are of some look before */
int np_profile_is_counted(const np_profile_t *p);

/* threads that allocated or freed, as far as they are told apart */
unsigned np_profile_busy(const np_profile_t *p);

/* free bytes on pages that live objects hold, when blocks were last looked at,
 * as the figures of sites are; the time line may have an earlier look's.
 * Sites have another sum: shares are rounded down, not each object has one,
 * and in a sample they are estimates. */
double np_profile_pinned(const np_profile_t *p);

/* the most of them that any look has seen */
double np_profile_pinned_most(const np_profile_t *p);

/* pinned bytes at entry i of the time line: where nobody looked, between the
 * looks before and behind it */
double np_profile_pinned_at(const np_profile_t *p, unsigned i);

#endif
