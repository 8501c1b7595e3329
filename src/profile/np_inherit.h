#ifndef NP_INHERIT_H
#define NP_INHERIT_H

/*
 * What the child of a fork has of the profile: a file of its own, in which
 * the objects that lived when the process forked are inherited, and all other
 * figures begin at 0.
 *
 * The parent goes on to write to its file while the child copies it, so the
 * figures that change are kept aside before the fork.  The profile lock is
 * held from prepare to parent or child.
 *
 * Where the profile has ended when the process forks, the child has no file
 * until it begins again; of what lived then it is told nothing.
 */

#include <stdint.h>

#include "base/np_attr.h"

/* before a fork.  file: pattern of np_file_name() for the child's; NULL: it
 * shall have none */
void np_inherit_prepare(const char *file);

void np_inherit_parent(void);

/* thread: what the profiler keeps for the calling thread, or NULL.  Without
 * room for a file there is none, and no profile of the child. */
void np_inherit_child(void *thread);

/* the child's file, where the profile had ended.  0, or -1: that is not so, or
 * there is no room for it */
int np_inherit_begin(const char *file);

/* what has an older clock is not the profile's; 0: all is */
extern uint64_t np_inherit_since;

#endif
