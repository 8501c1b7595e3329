#ifndef NP_COUNT_H
#define NP_COUNT_H

/*
 * Counters of each call, for a process that was asked for a report.  Each
 * thread counts in its own np_count_t, which only it writes; live bytes and
 * their peak are kept for the whole process, to which threads add what they
 * have gathered: at once while the process has one thread, and in steps of
 * NP_COUNT_STEP bytes when there are more (the peak is right to so many bytes
 * a thread).
 *
 * Class 0 stands for large blocks.
 */

#include <stddef.h>
#include <stdint.h>

#include "heap/np_class.h"
#include "heap/np_stats.h"

#define NP_COUNT_STEP 16384

typedef struct {
    uint64_t allocs;
    uint64_t frees;
    uint64_t requested;      /* bytes, ever */
    int64_t  live_requested; /* bytes; frees of others' objects make it < 0 */
} np_count_cell_t;

typedef struct {
    np_count_cell_t class[NP_CLASSES];
    np_count_cell_t range[NP_STATS_RANGES];
    uint64_t        reallocs;
    /* not yet added to the process */
    int64_t live_requested;
    int64_t live_bytes;
} np_count_t;

/* n bytes were asked for and `bytes` of class c given */
void np_count_alloc(np_count_t *count, unsigned c, size_t n, size_t bytes);

void np_count_free(np_count_t *count, unsigned c, size_t n, size_t bytes);

/* an object of old bytes was made n bytes long where it is, and takes
 * more_bytes more than before */
void np_count_resize(np_count_t *count, unsigned c, size_t old, size_t n,
                     int64_t more_bytes);

/* the counters of a thread that ends, or of a fork's vanished thread, go to
 * those of the process; heaps lock held */
void np_count_retire_locked(np_count_t *count);

/* adds the counters to s; heaps lock held */
void np_count_add_locked(np_stats_t *s, const np_count_t *count);

/* what the process has on its own: retired counters, live bytes, peaks */
void np_count_add_process_locked(np_stats_t *s);

#endif
