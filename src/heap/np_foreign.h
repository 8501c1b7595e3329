#ifndef NP_FOREIGN_H
#define NP_FOREIGN_H

/*
 * Calls with pointers that this heap never handed out.  Where they come from:
 * libraries that are bound to libc's malloc (RTLD_DEEPBIND), other namespaces
 * (dlmopen(3)), mistakes.
 *
 *      glibc's block     is given to glibc's own function and stays glibc's:
 *                        a library that is bound to libc's malloc may free it
 *                        there, so realloc must not move it to us
 *      a lost one        (np_glibc.h) works, but is never given back; the
 *                        first is told
 *      inside a block    that has a mapping of its own, or had one lately
 *                        (np_find_outside()): misuse of this heap
 *      any other         NGXPOOL_FOREIGN: misuse, or left alone, and the first
 *                        is told
 *
 * site is where the program's call comes back to.  Any thread, no lock held.
 */

#include <stddef.h>

#include "heap/np_stats.h"

void np_foreign_free(void *m, const void *site);

/* n > 0; NULL: out of memory, or an unknown pointer */
void *np_foreign_resize(void *m, size_t n, const void *site);

/* bytes that may be used at m; 0 for an unknown pointer */
size_t np_foreign_usable(const void *m, const void *site);

/* the figures since the process began */
void np_foreign_count(np_stats_t *s);

#endif
