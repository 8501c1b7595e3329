#ifndef NP_FILE_H
#define NP_FILE_H

/*
 * The few file operations of the in-process side.  errno is kept; -1 means
 * that the kernel refused.
 */

#include <stddef.h>

/*
 * pattern with %p as the process id, %n as the command's name and %% as %,
 * into buf of n bytes; -1 if it does not fit or has another %.
 */
int np_file_name(char *buf, size_t n, const char *pattern);

/* creates or truncates the file for writing, 0600 for a new one,
 * O_CLOEXEC|O_NOFOLLOW; its descriptor or -1 */
int np_file_create(const char *name);

/* a close-on-exec duplicate of fd, out of the program's way (as high as the
 * limit allows, at most 1000 and up), or -1 */
int np_file_dup_high(int fd);

void np_file_close(int fd);

/* up to n bytes of the file into buf; how many, or -1 */
long np_file_read(const char *name, char *buf, size_t n);

#endif
