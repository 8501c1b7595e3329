#ifndef NP_FORMAT_H
#define NP_FORMAT_H

/*
 * A profile on disk: what the program being run writes into a mapped file,
 * and what `ngxpool report` and its sisters read.
 *
 *      | header | command | modules | nodes | sites | threads | times |
 *      | pools | blocks |
 *
 * Each part after the header is a table of records of one size.  The header
 * says where each begins, how large a record is, how many there is room for
 * and how many are in use; the file is sparse, and only pages in use are
 * allocated.  Everything is little-endian and naturally aligned.  The file is
 * written in place while the program runs and is complete at any moment: a
 * reader takes the counts once and looks at no record behind them.  All
 * figures may be a moment old, and those of one site a moment apart.
 *
 * A call stack is a node: a return address and the node of its caller; node 0
 * is the root.  So stacks that share their outer frames share their nodes.  A
 * site is a node at which memory was allocated, with what became of it.
 *
 * Objects are counted in units of 1/`scale`: 1 in an exact profile; in a
 * sampled one each sample stands for 1/(1 - exp(-size/interval)) objects.
 * Bytes are those asked for, likewise weighted.  The clock counts the bytes
 * that the program has allocated.
 *
 * A file may be gzipped as a whole when its program has ended.  What
 * `ngxpool run` leaves is coded (NP_FORMAT_CODED): behind the header come all
 * tables, without their room, as src/report/np_columns.c writes them, and the
 * CRC-32 of all that (gzip's; 4 bytes).  Offsets are those that the
 * tables would have.  A file that is packed (NP_FORMAT_PACKED), as earlier
 * ones are, is gzipped, and of each table it has the first bytes of all
 * records, then the second bytes, and so on, of records that
 * src/report/np_planes.c has made of these.
 */

#include <stdint.h>

#define NP_FORMAT_MAGIC   "NGXPROF\n"
#define NP_FORMAT_VERSION 1 /* as programs write it */
#define NP_FORMAT_PACKED  2
#define NP_FORMAT_CODED   3

typedef enum {
    NP_TABLE_COMMAND = 0, /* bytes: argv, each ended by a 0 */
    NP_TABLE_MODULES,
    NP_TABLE_NODES,
    NP_TABLE_SITES,
    NP_TABLE_THREADS,
    NP_TABLE_TIMES,
    NP_TABLE_POOLS,
    NP_TABLE_BLOCKS,
    NP_TABLES
} np_table_e;

typedef struct {
    uint64_t offset;   /* of record 0 in the file, bytes */
    uint32_t size;     /* of a record, bytes; those of this version at least */
    uint32_t capacity; /* records that there is room for */
    uint32_t used;     /* records in use */
    uint32_t lost;     /* records that found no room; full, it stays */
} np_format_table_t;

typedef enum {
    NP_ENDED_NOT = 0, /* runs, or was killed */
    NP_ENDED_EXIT,
    NP_ENDED_EXEC,
    NP_ENDED_SIGNAL, /* SIGTERM with its default action */
    NP_ENDED_FATAL,  /* a finding of the allocator */
    NP_ENDED_STOPPED /* profiling was switched off */
} np_ended_e;

/* node 0 and the first sites are not call stacks */
typedef enum {
    NP_SITE_NONE = 0,  /* unused */
    NP_SITE_EARLY,     /* before profiling could begin */
    NP_SITE_PROFILER,  /* made by the unwinder itself */
    NP_SITE_OVERFLOW,  /* the table of sites or nodes was full */
    NP_SITE_FIRST = 16 /* the first call stack */
} np_site_e;

typedef struct {
    char     magic[8];
    uint32_t version;
    uint32_t header; /* bytes of this header */

    uint32_t pid;
    uint32_t parent;   /* process that forked this one, when it inherits */
    uint64_t interval; /* bytes between samples; 0: exact */
    uint32_t scale;    /* objects are counted in 1/scale */
    uint32_t depth;    /* frames kept of a stack */
    uint32_t ended;    /* np_ended_e */
    uint32_t page;     /* bytes of a page */
    uint64_t wall;     /* when profiling began, ns since the epoch */
    uint64_t ms;       /* run time so far, ms; of the last entry of times */

    uint64_t clock;      /* bytes allocated, ever */
    uint64_t live_bytes; /* sum over sites, kept apart: as counted */
    uint64_t live_objects;
    uint64_t peak_bytes; /* most live bytes */
    uint64_t peak_ms;    /* when that was */
    uint64_t peak_rss;   /* bytes; the kernel's, since the process began */
    uint32_t peak_epoch; /* see at_peak of a site */
    uint32_t half_epoch; /* see half of a site */
    uint64_t half_clock[2];

    /* the allocator's own counters, when it kept them: the footer's proof */
    uint64_t heap_live_bytes;
    uint64_t heap_live_objects;
    uint32_t heap_known; /* 1: the two above were counted */
    uint32_t gaps;       /* how often counting began late, or after a stop */

    /* bytes that the profiler takes, file pages included */
    uint64_t own_bytes;
    /* how stacks were found: by memo, by frame rules, by libunwind's steps;
     * cut at depth; without an end (no unwind information) */
    uint64_t memo_hits;
    uint64_t walks;
    uint64_t steps;
    uint64_t cut;
    uint64_t broken;
    uint64_t rules; /* return addresses whose frame rule is known */

    np_format_table_t table[NP_TABLES];
} np_format_header_t;

/* where a module was loaded.  Generations count dlclose calls: an address
 * of a node belongs to the module whose range holds it in its generation */
typedef struct {
    uint64_t bias;  /* load address less the file's */
    uint64_t start; /* first address */
    uint64_t end;   /* behind the last */
    uint32_t from;  /* generation in which it was there first */
    uint32_t to;    /* and last */
    uint32_t build_id_length;
    uint8_t  build_id[36];
    char     path[440]; /* ended by a 0; cut if longer */
} np_format_module_t;

#define NP_NODE_EXACT 1u /* the address itself, not behind a call */

typedef struct {
    uint64_t address;
    uint32_t parent;     /* node of the caller; 0: none */
    uint32_t generation; /* << 1 | NP_NODE_EXACT */
} np_format_node_t;

#define NP_SIZES 20 /* up to 16, 32, 64 ... bytes; the last: more */
#define NP_LIVES 24 /* under 1, 2, 4 ... KiB of clock; the last: more */
#define NP_TIMES 16 /* under 1, 2, 4 ... ms; the last: more */

/* bytes of clock: freed sooner, and not by realloc, is temporary */
#define NP_TEMPORARY 16384

/* figures of a site when the clock last reached a power of two */
typedef struct {
    uint64_t allocs, frees, temporary, remote, lifo, runs, reallocs;
} np_format_half_t;

/*
 * Laws, when nothing is under way:
 *      live_x == inherited_x + allocated_x - freed_x
 *      sum over sites of live_bytes == live_bytes of the header
 * at_peak_x is what lived when the process had its peak, if peak_epoch is that
 * of the header; else nothing has changed since, and it is live_x.  So it is
 * for all sites while the header's live_bytes are its peak_bytes.  half[0]
 * and half[1] are likewise figures at the last and the last but one epoch: if
 * half_epoch is older than the header's, the present ones.
 */
typedef struct {
    uint32_t node;
    uint32_t peak_epoch;
    uint64_t allocs, alloc_bytes;
    uint64_t frees, free_bytes;
    uint64_t live_bytes, live_objects;
    uint64_t peak_bytes, peak_objects; /* the site's own, each for itself */
    uint64_t at_peak_bytes, at_peak_objects;
    uint64_t inherited_bytes, inherited_objects; /* from the forking process */
    uint64_t slack, live_slack; /* bytes given but not asked for */
    uint64_t temporary, temporary_bytes;
    uint64_t remote;            /* frees by other threads */
    uint64_t lifo;              /* frees of the thread's youngest object */
    uint64_t runs, longest_run; /* of consecutive frees, in a thread, without
                                 * a birth at the site between */
    uint64_t reallocs;          /* of all allocs: by realloc */
    uint64_t realloc_in_place;
    uint64_t realloc_grown;  /* bytes added */
    uint64_t realloc_copied; /* bytes moved */
    /* free bytes on pages that live objects of the site keep in use */
    uint64_t         pinned, pinned_at_peak, pinned_max, pinned_sum;
    uint64_t         samples, free_samples; /* events seen, not weighted */
    uint64_t         life_bytes, life_ms;   /* sums over frees, weighted; all
                                             * bits: too much to tell */
    uint32_t         first_ms, last_ms;     /* first and last allocation */
    uint32_t         half_epoch;
    uint32_t         surveys; /* looks that pinned_sum is the sum of */
    np_format_half_t half[2];
    /* a full cell stays so */
    uint32_t size[NP_SIZES]; /* allocations by size; events, not weighted */
    uint32_t life[NP_LIVES]; /* frees by lifetime in clock; likewise */
    uint32_t time[NP_TIMES]; /* and in time */
} np_format_site_t;

/* a slot of the table is used by one thread after another */
typedef struct {
    uint32_t tid; /* of the last */
    uint32_t threads;
    char     name[16];
    uint64_t allocs, alloc_bytes;
    uint64_t frees, free_bytes;
    uint64_t remote; /* frees of what other threads had allocated */
} np_format_thread_t;

#define NP_TIME_UNKNOWN UINT64_MAX

/* sums of all threads; entries are `every` ms apart, which doubles when the
 * table is full and every second entry goes */
typedef struct {
    uint64_t ms;
    uint64_t clock;
    uint64_t live; /* bytes, of the sites */
    uint64_t rss;  /* bytes; 0: not known (no /proc) */
    uint64_t heap; /* bytes of blocks and large blocks, used or not, and of
                    * what is kept between them */
    uint64_t pools;
    uint64_t large;
    uint64_t pinned; /* bytes, or NP_TIME_UNKNOWN: nobody looked */
} np_format_time_t;

/* of a size class; class 0: large blocks */
typedef struct {
    uint32_t size; /* bytes of a slot */
    uint32_t blocks;
    uint64_t slots, live, holes; /* holes: freed slots */
    uint64_t pinned;             /* bytes */
    uint64_t watched;            /* live slots with a site */
} np_format_pool_t;

#define NP_CELLS 64

/* a block of a pool; the fullest picture there is room for */
typedef struct {
    uint64_t start;
    uint64_t bytes;
    uint32_t size; /* of a slot */
    uint32_t slots;
    uint32_t live;
    uint32_t site;           /* that pins most of it; 0: unknown */
    uint64_t pinned;         /* bytes, by all */
    uint64_t pinned_by;      /* by that site */
    uint8_t  cell[NP_CELLS]; /* of 64 equal parts: live share, 0..255 */
} np_format_block_t;

#endif
