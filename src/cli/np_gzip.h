#ifndef NP_GZIP_H
#define NP_GZIP_H

/*
 * Gzips a file in place: a new file beside it takes its name when it is
 * complete, so that there is one whole file under that name at any moment.
 * Owner and mode are kept.  One thread.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t before; /* bytes, holes included */
    uint64_t after;
    /* called now and then with a share done, 0..1; may be NULL */
    void (*progress)(void *data, double done);
    void *data;
} np_gzip_t;

/* -1: errno says why, and the file is what it was */
int np_gzip_file(np_gzip_t *g, const char *path);

#endif
