#ifndef NP_WHERE_H
#define NP_WHERE_H

/*
 * Reads the reports that processes under libngxpool.so leave at exit
 * (NGXPOOL_REPORT_FORMAT=json): of a directory full of them, the largest
 * process tells where its RSS is.
 */

#include "report/np_comparison.h"

/* fills w; w->known is 0 and w->why says so when there is nothing usable */
void np_where_read(np_where_t *w, const char *directory);

/* removes the directory and the files in it */
void np_where_remove(const char *directory);

#endif
