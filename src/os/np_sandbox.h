#ifndef NP_SANDBOX_H
#define NP_SANDBOX_H

/*
 * Does somebody forbid this process system calls?  A filter (seccomp(2)) may
 * kill whoever makes a call that its author did not think of.  So the system
 * layer makes calls beyond those that every allocator makes only where no
 * filter is known of: none was there when the process began, and none was
 * asked for since.  (One that forbids to ask that, prctl(PR_GET_SECCOMP), is
 * not survived.)
 *
 * A program that shuts itself in says so to prctl(2), whose name preload/ has
 * taken: no filter can be installed without privileges before
 * PR_SET_NO_NEW_PRIVS.
 */

#include "base/np_attr.h"

/* what np_sandbox_is_on() reads */
extern int np_sandbox_seen;

/* asks whether the process was born into one; once, before the first request
 * is served */
void np_sandbox_init(void);

/* the program calls prctl(option); any thread */
void np_sandbox_note(int option);


/* 1 if only the calls that every allocator makes are safe */
NP_INLINE int
np_sandbox_is_on(void)
{
    return np_peek(np_sandbox_seen);
}

#endif
