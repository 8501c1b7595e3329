#ifndef NP_PROFILE_H
#define NP_PROFILE_H

/*
 * The profiler: what is told of objects that are born and die, by the one who
 * watches the heap, becomes figures of call sites in a file.
 *
 *      born: stack (np_stack.h) -> site (np_intern.h) -> figures (np_tally.h)
 *      died: site and birth, from the object's note -> figures
 *
 * born and died may be called by any thread, at any time after
 * np_profile_start(), with no lock of the allocator held.  What the profiler
 * itself allocates (the loader may, when libunwind is loaded) comes back to
 * it, and is counted for NP_SITE_PROFILER.
 *
 * Without an image (np_image.h) all of it does nothing.
 */

#include <stddef.h>
#include <stdint.h>

#include "format/np_format.h"
#include "profile/np_times.h"

typedef struct {
    const char *file;     /* pattern of np_file_name() */
    const char *command;  /* argv, each ended by a 0 */
    size_t      length;   /* bytes of it */
    size_t      interval; /* bytes between samples; 0: exact */
    unsigned    depth;    /* frames of a stack, 1 .. 256 */

    np_times_source_pt source; /* of the time line */
} np_profile_start_t;

/* where an object's note comes from and goes to */
typedef struct {
    uint32_t site; /* 20 bits; above, the thread */
    uint32_t ms;
    uint64_t clock; /* 48 bits */
} np_profile_note_t;

/* begins; once.  0, or -1 and one line on
 * standard error that says why not */
int np_profile_start(const np_profile_start_t *start);

/* what was watched before there was a profiler: calls and bytes, and bytes
 * given and not asked for of what lives.  Before the first object is told of
 */
void np_profile_early(uint64_t allocs, uint64_t bytes, uint64_t frees,
                      uint64_t freed, uint64_t slack);

/* 1 if there is a file, and this process made it */
int np_profile_has_file(void);

/* and it is not ended */
int np_profile_is_on(void);

/* the file says how it ended; more may follow nevertheless (np_profile_
 * resume).  survey, if not NULL, is called with the profile lock held, after
 * the last entry of the time line. */
void np_profile_end(np_ended_e how, void (*survey)(void));

/* it did not end: profiling goes on */
void np_profile_resume(void);

/* what was allocated until now is not told of: profiling begins late, or after
 * a stop */
void np_profile_gap(void);

/* nor by an exec, if it was said to; what was stopped stays so */
void np_profile_exec_failed(void);

/* what comes now is not told of any more: it has ended for good */
void np_profile_close(void);

np_profile_note_t np_profile_born(void **thread, size_t n, size_t size,
                                  size_t old, int moved);

/* resized: realloc goes on with what it held, which the program has not freed
 */
void np_profile_died(void **thread, size_t n, size_t size,
                     const np_profile_note_t *note, int resized);

/* while sampling: so many bytes more were handed out */
void np_profile_clock(size_t bytes);

void np_profile_left(void *thread);

/* the site of a note's `site` */
uint32_t np_profile_note_site(uint32_t site);

#endif
