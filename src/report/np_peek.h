#ifndef NP_PEEK_H
#define NP_PEEK_H

/*
 * A first look at a file: whether it is a profile, not gzipped, and of which
 * process; and how much that has allocated.  No more than these figures is
 * read, and nothing in the file is trusted.  Any thread, no state.
 */

#include <stdint.h>

#define NP_PEEK_NAME 32

typedef struct {
    uint32_t pid; /* as the process knew itself: in its own namespace */
    uint32_t parent;
    uint64_t wall;               /* when it was begun, ns since the epoch */
    int      ended;              /* 0: it runs, or was killed */
    char     name[NP_PEEK_NAME]; /* of the command, without folders and
                                    control characters; may be "" */
} np_peek_t;

/* the header and the beginning of the command, whatever the file holds.  -1:
 * it is no profile.  Where fd stands does not change. */
int np_peek(np_peek_t *p, int fd);

/* bytes that the process itself has allocated: the sum over its sites, as in
 * the report's summary.  The header's clock is another figure, since a child
 * goes on with its parent's and a sample's is no estimate.  Of a file that
 * np_peek() takes for a profile; 0 if it is damaged. */
uint64_t np_peek_allocated(int fd);

#endif
