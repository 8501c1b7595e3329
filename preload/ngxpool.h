#ifndef NGXPOOL_H
#define NGXPOOL_H

/*
 * Control of libngxpool.so from within the program that it is preloaded into.
 * A program that may also run without it declares the functions weak, or
 * looks them up with dlsym(RTLD_DEFAULT, "ngxpool_profile_start").
 *
 * Any thread; not from a signal handler.  Who calls while another thread's
 * call is under way gets -1.
 */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Objects that are allocated from now on are attributed to their call sites,
 * in the file that NGXPOOL_PROFILE_FILE names (libngxpool(7)).  interval:
 * bytes between samples, on average; 0: every object.  0, or -1 (and one line
 * on standard error) if that cannot be: no libunwind, no room for the file,
 * NGXPOOL_RECLAIM=off, advice in force (NGXPOOL_ADVICE), out of memory; -1
 * without a line if profiling is on already, if the program's malloc is its
 * own, or in a child that was forked after a profile had begun and that
 * NGXPOOL_PROFILE_FOLLOW does not let be profiled.  After a stop the same file
 * goes on, at the interval that it began with; in a process that was forked
 * meanwhile, one of its own, which tells of nothing older.
 */
int ngxpool_profile_start(size_t interval);

/* no new object is attributed; those that are, are followed to their end.
 * 0, or -1 if profiling was not on. */
int ngxpool_profile_stop(void);

/* the file is up to date in all figures, pinning and pools included, which
 * are otherwise looked at now and then.  0, or -1 if profiling is not on. */
int ngxpool_profile_dump(void);

#ifdef __cplusplus
}
#endif

#endif
