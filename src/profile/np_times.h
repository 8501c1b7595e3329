#ifndef NP_TIMES_H
#define NP_TIMES_H

/*
 * The time line: what the heap and the process had, every so many
 * milliseconds, for as long as the process runs.  When the table is full,
 * every second entry goes, and entries come half as often.
 *
 * An entry is made by whichever thread allocates or frees when one is due, so
 * a program that does neither makes none: nothing changes then.  And by who
 * frees first behind a peak.
 */

#include <stdint.h>

#include "format/np_format.h"

typedef enum {
    NP_TIMES_BIRTH = 0,
    NP_TIMES_PEAK, /* more live than at any look so far, and it falls */
    NP_TIMES_DEATH /* it is falling: what is seen now is not the peak's */
} np_times_at_e;

/* fills heap, pools and large, and pinned if it looks (NP_TIME_UNKNOWN if
 * not): 1 or 0 */
typedef int (*np_times_source_pt)(np_format_time_t *t, np_times_at_e at);

void np_times_init(np_times_source_pt source);

/* in a file that has no entries yet, the time going on */
void np_times_resume(void);

/* milliseconds since profiling began, now */
uint64_t np_times_now(void);

/* bytes that others keep for the profile, at the last look.  Profile lock
 * held. */
void np_times_beside(uint64_t bytes);

/* 1 if the kernel refused its figures for the last entry */
int np_times_is_blind(void);

/* 1 if an entry is due at ms */
int np_times_is_due(uint64_t ms);

/* 1 if what lives is so much more than at the last look near the peak that,
 * before it falls, an entry is worth while */
int np_times_is_peak(uint64_t ms);

/* an entry, due or not; one that is not takes the place of the last such,
 * unless blocks were looked at for a peak (np_times_is_peak()).  Profile lock
 * held. */
void np_times_note_locked(uint64_t ms, np_times_at_e at);

#endif
