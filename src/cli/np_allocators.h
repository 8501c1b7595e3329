#ifndef NP_ALLOCATORS_H
#define NP_ALLOCATORS_H

/*
 * The allocators that can be compared: a table of names and sonames, found
 * where the dynamic linker would find them.  One thread.
 */

#include <stddef.h>

#include "report/np_comparison.h"

/* fills c->allocator[] from the text of --with ("glibc,jemalloc,twin=PATH"),
 * or with all that are installed when it is NULL, and sets c->base.
 * -1: err[] says what is wrong. */
int np_allocators_select(np_comparison_t *c, const char *with, char *err,
                         size_t size);

/* the path of libngxpool.so, which the caller frees; NULL: err[] says why it
 * cannot be preloaded */
char *np_allocators_library(char *err, size_t size);

/* gives the strings back, also after -1 */
void np_allocators_free(np_comparison_t *c);

#endif
