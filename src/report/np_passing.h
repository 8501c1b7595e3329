#ifndef NP_PASSING_H
#define NP_PASSING_H

/*
 * Programs have functions of their own that pass a request for memory on to
 * malloc.  In a stripped one they have no names by which they could be known,
 * but they show: most requests come through them, from many callers.  One
 * thread.
 */

#include "report/np_profile.h"
#include "report/np_symbols.h"

/* Marks the places without a name that pass requests on: np_symbol_is_wrapper
 * is true of them then.  -1: no memory, and nothing more is marked */
int np_passing_mark(np_symbols_t *y, const np_profile_t *p);

#endif
