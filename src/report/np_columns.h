#ifndef NP_COLUMNS_H
#define NP_COLUMNS_H

/*
 * Tables of a profile, coded (np_coder.h) by what their columns are.
 *
 *      sites, times  numbers, each expected to be about as long as those
 *                    beside it and above it
 *      nodes         whose child a node is: mostly of the node before, or of
 *                    one of its callers; and which address, by those that
 *                    were called from the parent's before
 *      others        bytes in planes (np_planes.h)
 */

#include <stddef.h>

#include "format/np_format.h"
#include "report/np_coder.h"

/* n records of table t, size bytes each and of this version: written, or
 * read into records, as c does.  What is written is changed on the way.  0; -1
 * for lack of memory; 1: what was read is not the work of this. */
int np_columns(np_coder_t *c, void *records, np_table_e t, size_t size,
               size_t n);

#endif
