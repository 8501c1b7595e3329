#ifndef NP_PINNING_H
#define NP_PINNING_H

/*
 * Where heap and profile meet, the heap's side: a survey of the blocks
 * (heap/np_survey.h) becomes what the profile says of pools, of blocks and of
 * who keeps free memory.  Profile lock held.
 */

#include "format/np_format.h"
#include "profile/np_times.h"

/* 1: all objects that live are watched, exactly, so that the allocator's own
 * counters are to equal the sites'; 0: not any more */
void np_pinning_whole(int whole);

/* the child of a fork: the parent's other threads may have been amid a call,
 * or have gone on until the fork.  What they did to the heap alone, or to the
 * profile alone, keeps the two apart for good: they are not compared then. */
void np_pinning_forked(void);

/* a survey, into the tables of sites, pools and blocks; and the allocator's
 * own counters into the header.  After an entry of the time line, which may
 * have made one just now. */
void np_pinning_survey(void);

/* the time line's source (np_times.h); makes a survey now and then, so that
 * they cost a part in 500 of the time at most; those at peaks, one in 100 */
int np_pinning_source(np_format_time_t *t, np_times_at_e at);

#endif
