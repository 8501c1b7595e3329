#ifndef NP_FILE_H
#define NP_FILE_H

/*
 * The few file operations of the in-process side.  errno is kept; -1 means
 * that the kernel refused, or, where it says so, the error's number does,
 * negative.  No open waits for anybody: it is O_NONBLOCK, and stays so.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_out.h"

/*
 * pattern with %p as the process id, %n as the command's name and %% as %,
 * into buf of n bytes; -1 if it does not fit or has another %.
 */
int np_file_name(char *buf, size_t n, const char *pattern);

/* 1 if a text has no other % than those */
int np_file_is_pattern(const char *text);

/* creates or truncates the file for writing, 0600 for a new one,
 * O_CLOEXEC|O_NOFOLLOW; or opens what it is, unless that is a disk: a FIFO
 * that has a reader, a terminal.  Its descriptor, or the error's number */
int np_file_create(const char *name);

/* creates the file, which must not exist, for reading and writing, 0600,
 * O_CLOEXEC|O_NOFOLLOW; its descriptor, or the error's number */
int np_file_create_new(const char *name);

/* what has that name, as S_IFMT of <sys/stat.h> has it, or what a link of that
 * name leads to; 0: nothing */
unsigned np_file_type(const char *name, int follow);

void np_file_remove(const char *name);

/* the file made n bytes long, without allocating any; 0, or the error's
 * number */
int np_file_resize(int fd, size_t n);

/* bytes that a file of this process may have (RLIMIT_FSIZE: beyond it the
 * kernel sends a signal) */
size_t np_file_limit(void);

/* what the symbolic link says, not ended by a 0, up to n bytes; how many, or
 * -1 */
long np_file_link(const char *name, char *buf, size_t n);

void np_file_close(int fd);

/* up to n bytes of the file into buf; how many, or the error's number */
long np_file_read(const char *name, char *buf, size_t n);

/* what stands behind `what` in the file, as far as n - 1 bytes go, and a 0;
 * how many, or -1.  The file is read by pieces of n bytes, more than `what`
 * has. */
long np_file_find(const char *name, const char *what, char *buf, size_t n);

/* as np_file_read(), but of nothing that is no regular file; one that says
 * that it is empty, as those of /proc do, is: a read may wait there */
long np_file_read_regular(const char *name, char *buf, size_t n);

/* what that error (positive) means for a file, in a few words */
void np_file_why(np_out_t *o, int err);

#endif
