#ifndef NP_TALLY_H
#define NP_TALLY_H

/*
 * The figures of a site, kept in its record of the file, and those of the
 * whole in the header.  Any thread: a site changes under a lock, of which
 * there are some, and the header by additions that are atomic, unless the
 * thread is alone in that (np_solo.h).  One locked operation of the processor
 * takes as long as all that a site needs.
 *
 * What lived at the peak is known without a copy of everything at each peak:
 * the first free after a peak begins an epoch, and a site copies what is
 * alive of it when it changes for the first time in an epoch.  So does it
 * with its figures at half time, whose epochs begin when the clock reaches a
 * power of two.
 */

#include <stddef.h>
#include <stdint.h>

#include "format/np_format.h"

/* bits of an object's clock and milliseconds that its note has room for */
#define NP_TALLY_CLOCK_BITS 48
#define NP_TALLY_MS_BITS    32

typedef struct {
    uint32_t site;
    size_t   n;     /* bytes asked for */
    size_t   size;  /* bytes given */
    uint64_t clock; /* when it is born; when it dies, what its note has of */
    uint64_t ms;    /* that: the low bits */
    unsigned how;   /* np_solo_begin() */
} np_tally_object_t;

/* what one event was counted for */
typedef struct {
    uint64_t objects; /* in units of 1/scale */
    uint64_t bytes;
} np_tally_sum_t;

/* how an object died */
typedef struct {
    uint64_t clock; /* now */
    uint64_t ms;
    int      remote;
    int      lifo;
    int      resized; /* by realloc, which goes on with what it held */
    uint64_t run;     /* of that many consecutive ones of its site */
} np_tally_death_t;

/* before the first event: bytes between samples, 0 for exact */
void np_tally_init(size_t interval);

/* the child of a fork: threads that held locks are gone */
void np_tally_forked(void);

/* the site is going to be told of something: its record, of which a large
 * program has more than caches hold, is fetched meanwhile */
void np_tally_expect(uint32_t site);

/* old: bytes before a realloc, or 0; moved: they were copied.  Gives what was
 * counted, as the next one. */
np_tally_sum_t np_tally_born(const np_tally_object_t *o, size_t old,
                             int moved);

np_tally_sum_t np_tally_died(const np_tally_object_t *o,
                             const np_tally_death_t  *d);

/* the clock advanced by n bytes; its new value.  how: np_solo_begin() */
uint64_t np_tally_clock(size_t n, unsigned how);

/* 1 if nothing was freed since the peak */
int np_tally_is_rising(void);

/* the epochs brought to an end, so that the file says what it means */
void np_tally_settle(void);

#endif
