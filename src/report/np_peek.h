#ifndef NP_PEEK_H
#define NP_PEEK_H

/*
 * A first look at a file: whether it is a profile, not gzipped, and of which
 * process.  Only the header and the beginning of the command are read, so it
 * costs the same whatever the file holds; nothing in it is trusted.  Any
 * thread, no state.
 */

#include <stdint.h>

#define NP_PEEK_NAME 32

typedef struct {
    uint32_t pid; /* as the process knew itself: in its own namespace */
    uint32_t parent;
    uint64_t wall;               /* when it was begun, ns since the epoch */
    uint64_t clock;              /* bytes allocated */
    int      ended;              /* 0: it runs, or was killed */
    char     name[NP_PEEK_NAME]; /* of the command, without folders and
                                    control characters; may be "" */
} np_peek_t;

/* -1: it is no profile.  Where fd stands does not change. */
int np_peek(np_peek_t *p, int fd);

#endif
