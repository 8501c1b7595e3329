#ifndef NP_PACK_H
#define NP_PACK_H

/*
 * A profile made small: the tables of a file that is written while a program
 * runs have room for more, most of a hundred megabytes of holes.  Here they
 * are put behind each other, coded (np_columns.h).  One thread.
 */

#include <stdio.h>

/*
 * Writes the profile in `file`, which may still be written, to f, which stays
 * open.  over: its process is not there any more, which is told by tables
 * without room; if it is not known, they keep what they had.  A file that is
 * damaged, or of a later version, is gzipped as it is.  -1: errno says why.
 */
int np_pack(FILE *f, const char *file, int over);

#endif
