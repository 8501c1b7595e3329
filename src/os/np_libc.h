#ifndef NP_LIBC_H
#define NP_LIBC_H

/*
 * What only the C library and its dynamic linker know.  Looked up when it is
 * first needed, which is in few processes: a name that is bound at the start
 * costs each of them.
 *
 * They take the dynamic linker's lock, which is recursive: not to be called
 * with a lock of ours held.  None allocates when it finds what it looks
 * for; the text that dlerror(3) would give is lost.
 */

#include <stddef.h>

/* the function `name` of the libraries behind ours: libc's own, where ours
 * hides it; NULL if there is none */
void *np_libc_find(const char *name);

/* the function `name` that the program's calls reach: its own, or that of the
 * first library that has one; NULL if there is none */
void *np_libc_in_force(const char *name);

/* addr as "module+0x1234" into buf of n bytes, where the number is what the
 * module's symbols count from, or as a plain number if no module has it */
void np_libc_where(const void *addr, char *buf, size_t n);

#endif
