#ifndef NP_REPLACE_H
#define NP_REPLACE_H

/*
 * A file that a command writes: there as a whole, or as it was before.
 *
 *      a regular file, or none yet   what is written is kept in memory; at
 *                                    the end a file beside it takes its name
 *      a pipe, a device, one that    is written as it comes
 *      we were given open
 *
 * The new file has the mode and the owner of the old one; a symbolic link
 * stays one, and its target is replaced.  Where no file can be beside it, and
 * where it has a second name, it is overwritten at the end.  One thread.
 */

#include <stdio.h>

typedef struct {
    FILE  *f;    /* what is written goes here */
    char  *path; /* without links; NULL: f is the file itself */
    char  *text; /* with path: what was written so far */
    size_t size;
    int    over; /* with path: it is overwritten */
} np_replace_t;

/* "-" is standard output.  -1: errno says why it cannot be written; of what
 * was there before nothing is touched */
int np_replace_begin(np_replace_t *r, const char *name);

/* good: what was written counts; else what was there before stays.  -1: errno
 * says why it could not be written; there is nothing to say if good was 0 */
int np_replace_end(np_replace_t *r, int good);

#endif
