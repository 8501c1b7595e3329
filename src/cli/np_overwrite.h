#ifndef NP_OVERWRITE_H
#define NP_OVERWRITE_H

/*
 * Files that a command is to write and had better not: what it reads, and
 * what it writes another output to.  For before anything is written.
 */

#include <stddef.h>

/* out: n names of files, NULL for an output that is not wanted, "-" for
 * standard output.  source: the profile that is read, or NULL.
 * -1: err[] says which file is named twice; links and other spellings of one
 * that exists are found, too; what is no regular file can be named often */
int np_overwrite_check(const char *const out[], size_t n, const char *source,
                       char *err, size_t size);

#endif
