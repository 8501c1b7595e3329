#ifndef NP_GONE_H
#define NP_GONE_H

/*
 * Where blocks were that had mappings of their own, and went back to the
 * system lately.  No record tells of them, and yet who frees one again shall
 * hear of a double free.
 *
 *      | 9 | 2 | 3 | 4 | ... | 8 |      the oldest is written over
 *          ^ next
 *
 * Somebody else may have a mapping there meanwhile: a place counts as long as
 * nothing can be read from it.
 *
 * All functions: runs lock held.
 */

#include <stddef.h>

/* places that are kept; 2 KiB */
#define NP_GONE_MOST 128

/* n bytes at m are given back */
void np_gone_note_locked(const char *m, size_t n);

/* 1 if m, any address, lies in one of the places, and nobody has it */
int np_gone_has_locked(const void *m);

#endif
