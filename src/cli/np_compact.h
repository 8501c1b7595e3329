#ifndef NP_COMPACT_H
#define NP_COMPACT_H

/*
 * Packs a profile in place: a new file beside it takes its name when it is
 * complete, so that there is one whole file under that name at any moment.
 * Owner and mode are kept.  Signals that would end us wait for the end, so
 * that no half is left over.  One thread.
 */

/* -1: errno says why, and the file is what it was */
int np_compact(const char *path);

#endif
