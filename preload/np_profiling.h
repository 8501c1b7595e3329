#ifndef NP_PROFILING_H
#define NP_PROFILING_H

/*
 * Profiling, as options, signals and the program ask for it: brings the
 * heap's watcher and the profiler together.
 */

#include "format/np_format.h"

/* what the options ask for, when the libraries of the program are loaded */
void np_profiling_init(void);

/* the process ends; more may follow if it does not (np_profiling_resume) */
void np_profiling_end(np_ended_e how);
void np_profiling_resume(void);

/* registers the profile's fork handlers with libc, once; the heap's are
 * (np_fork.h).  Like these they must be there before the program's, which may
 * allocate and free what is watched, whenever the profile begins; till then
 * they take two locks, and write to no page that is not written to anyway. */
void np_profiling_fork_register(void);

#endif
