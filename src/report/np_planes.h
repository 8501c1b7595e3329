#ifndef NP_PLANES_H
#define NP_PLANES_H

/*
 * A table of a profile in an order that deflate makes less of, and back: what
 * one figure of a record tells of another is taken off (allocations not freed
 * yet are those that live), and then all first bytes of the records come, all
 * second ones, and so on, most of which are 0.  Pure functions.
 */

#include <stddef.h>

#include "format/np_format.h"

/* n records of table t and size bytes each, those of this version, to as many
 * bytes elsewhere; records is what is changed on the way.  And back, from
 * planes. */
void np_planes_make(void *planes, void *records, np_table_e t, size_t size,
                    size_t n);
void np_planes_undo(void *records, const void *planes, np_table_e t,
                    size_t size, size_t n);

/* records as np_planes_make() changes them, and as they were */
void np_planes_less(char *records, np_table_e t, size_t size, size_t n);
void np_planes_more(char *records, np_table_e t, size_t size, size_t n);

#endif
