#ifndef NP_DEMANGLE_H
#define NP_DEMANGLE_H

/*
 * Names of C++ and Rust functions as their authors wrote them.
 */

/* with parameters, without the return type and without Rust's hashes; the
 * caller frees it; NULL: it is no such name, or memory ran out */
char *np_demangle(const char *linkage);

#endif
