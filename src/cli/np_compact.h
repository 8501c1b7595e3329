#ifndef NP_COMPACT_H
#define NP_COMPACT_H

/*
 * Gzips a file in place: a new file beside it takes its name when it is
 * complete, so that there is one whole file under that name at any moment.
 * Owner and mode are kept.  One thread.
 */

typedef struct {
    /* called now and then with a share done, 0..1; may be NULL */
    void (*progress)(void *data, double done);
    void *data;
} np_compact_t;

/* -1: errno says why, and the file is what it was */
int np_compact(const np_compact_t *c, const char *path);

#endif
