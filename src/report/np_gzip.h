#ifndef NP_GZIP_H
#define NP_GZIP_H

/*
 * A gzip member written to a stream.  The same bytes give the same file: no
 * name and no time is in it.
 */

#include <stddef.h>
#include <stdio.h>

typedef struct np_gzip_s np_gzip_t;

/* f stays open; NULL: no memory */
np_gzip_t *np_gzip_open(FILE *f);

/* -1: it failed, see ferror() of the stream */
int np_gzip_write(np_gzip_t *z, const void *data, size_t n);

/* writes the end, and frees z whatever comes of it */
int np_gzip_close(np_gzip_t *z);

#endif
