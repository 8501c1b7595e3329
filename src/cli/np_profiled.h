#ifndef NP_PROFILED_H
#define NP_PROFILED_H

/*
 * A command under the profiler: what both `ngxpool run` and `ngxpool top` do
 * before they start one, and the environment that they give it.  One thread.
 */

#include "cli/np_child.h"

typedef struct {
    const char  *tool; /* "ngxpool run", before each message */
    char *const *argv;
    const char  *profile; /* NGXPOOL_PROFILE */
    const char  *pattern; /* of the profiles' names, absolute */
    const char  *only;    /* NULL: every command */
    unsigned     depth;   /* 0: as it is */
    int          follow;
    int          in; /* descriptors that become 0, 1, 2; -1: ours */
    int          out;
    int          err;
    char        *library; /* np_profiled_prepare() sets it, free() it */
    int          own;     /* and this: np_preflight_t */
} np_profiled_t;

/* finds the library, and looks whether it can be preloaded into the command;
 * says why not.  An exit status. */
int np_profiled_prepare(np_profiled_t *p);

/* whether profiles can be written there, and starts the command; says why
 * not.  An exit status. */
int np_profiled_start(const np_profiled_t *p, np_child_t *child);

#endif
