#ifndef NP_THREAD_H
#define NP_THREAD_H

/*
 * What the profiler keeps for a thread: its stack memo, the objects that it
 * allocated last, the site whose object it freed last.  A thread that ends
 * leaves it, and its slot of the file's table, to the next one.
 */

#include <stdint.h>

#include "base/np_attr.h"
#include "base/np_queue.h"
#include "format/np_format.h"
#include "profile/np_image.h"
#include "profile/np_solo.h"
#include "profile/np_stack.h"
#include "profile/np_tally.h"

/* young objects that a thread remembers, to see whether it frees the youngest
 * first */
#define NP_THREAD_YOUNG 64
/* threads that are told apart: what a note has room for */
#define NP_THREADS 4096

typedef struct {
    np_queue_t link;  /* threads, or those that wait for one; profile lock */
    uint32_t   index; /* in the file's table of threads */
    int        busy;  /* in the profiler: what it allocates is its own */
    np_solo_t  solo;  /* while it changes figures (np_tally.h) */

    uint64_t since; /* the first clock of its thread; what is older was another
                      * one's that had the index */

    uint32_t last_site; /* of the object freed last, if none was allocated
                         * there since */
    uint64_t run;       /* objects of it freed without another between */

    unsigned young;                  /* entries of birth[] */
    uint64_t birth[NP_THREAD_YOUNG]; /* clock << 1 | 1 if dead; later ones
                                      * last */

    np_stack_t stack;
} np_thread_t;

/* the calling thread's; NULL out of memory */
np_thread_t *np_thread_enter(void);

/* t's thread ends */
void np_thread_leave(np_thread_t *t);

/* the child of a fork: all but t, which may be NULL, are gone, and t has
 * another id */
void np_thread_forked(np_thread_t *t);

/* its record in the file, or NULL */
NP_INLINE np_format_thread_t *
np_thread_record(const np_thread_t *t)
{
    np_format_header_t *h = np_image.header;

    return h != NULL && t->index < np_peek(h->table[NP_TABLE_THREADS].used)
               ? np_image_record(NP_TABLE_THREADS, t->index)
               : NULL;
}


/* 1 if a comes before b, of clocks in the bits of a note, which begin anew at 0
 * when they are full */
NP_INLINE int
np_thread_is_before(uint64_t a, uint64_t b)
{
    return (a - b) >> (NP_TALLY_CLOCK_BITS - 1) & 1;
}


/* an object was allocated.  Of clocks the bits count that notes have room for
 * (np_tally.h). */
void np_thread_born(np_thread_t *t, uint64_t clock);

/* 1 if what a thread of that index allocated then was allocated by t's */
int np_thread_is_its(const np_thread_t *t, uint32_t index, uint64_t clock);

/* and one, with that clock, dies: 1 if it was the youngest alive */
int np_thread_died(np_thread_t *t, uint64_t clock);

/* how stacks were found, of all threads, into the file's header.  Profile
 * lock held. */
void np_thread_sum_locked(void);

#endif
