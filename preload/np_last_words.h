#ifndef NP_LAST_WORDS_H
#define NP_LAST_WORDS_H

/*
 * The report when the process ends, however it ends: by exit, _exit,
 * quick_exit, exec, SIGTERM, or by a fatal finding of ours; and the profile is
 * brought to its end.  Nothing here runs unless NGXPOOL_REPORT or
 * NGXPOOL_PROFILE is set.
 *
 * Standard error may be closed by then (coreutils do): a duplicate is kept
 * out of the program's way.  The child of a vfork shares our memory but is
 * not us: it writes nothing.  The child of a fork is a process of its own and
 * writes its own report.
 */

#include "base/np_attr.h"
#include "format/np_format.h"
#include "heap/np_heap.h"
#include "heap/np_stats.h"
#include "profile/np_image.h"

/* a report was asked for */
extern int np_last_words_report;


/* Is there anything to say at the end?  Asked first by who calls: all the rest
 * lies in pages that few processes touch. */
NP_INLINE int
np_last_words_due(void)
{
    return np_last_words_report || np_modes & NP_MODE_CHECK
           || np_image.header != NULL;
}


/* writes the report, once; later calls do nothing.  Any thread; a heap that
 * is locked for longer than a moment (we may be in a signal handler on top of
 * it) makes it one line that says so. */
void np_last_words(np_ended_e how);

/* likewise before execveat(fd, path, ..., flags), if that can succeed;
 * np_last_words_undo() after it failed.  Safe in a child of vfork. */
void np_last_words_exec(int fd, const char *path, int flags);
void np_last_words_undo(void);

/* a snapshot, or -1 if the heap stays locked; any thread */
int np_last_words_stats(np_stats_t *s);

#endif
