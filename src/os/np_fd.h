#ifndef NP_FD_H
#define NP_FD_H

/*
 * Descriptors of ours in a program that gives numbers to its own.  errno is
 * kept; -1 means that the kernel refused.
 */

#include <stdint.h>

/* a close-on-exec duplicate of fd, out of the program's way (as high as the
 * limit allows, at most 1000 and up), or -1 */
int np_fd_dup_high(int fd);

/* likewise the lowest number there is */
int np_fd_dup_low(int fd);

/* likewise up to n <= NP_FD_MANY at once, where no sandbox is known of: their
 * numbers, the lowest first; how many there are */
int np_fd_dup_many(int fd, int *at, int n);

/* what one message may carry (SCM_MAX_FD of Linux) */
#define NP_FD_MANY 253

/* numbers below n may be had from now on; below which it was before, or -1 */
long np_fd_allow(long n);

/* a descriptor of nothing of use, so that there is one; or -1 */
int np_fd_any(void);

/* a pipe at these two numbers, close-on-exec and non-blocking; 0, or -1 if
 * one of them is taken */
int np_fd_pipe_at(const int at[2]);

/* what tells a pipe or file from all others, by device and inode; 0: it is not
 * open */
uint64_t np_fd_identity(int fd);

/* those from low to high, all of them ours; by one call (close_range(2), Linux
 * 5.9) where no sandbox is known of */
void np_fd_close_range(int low, int high);

#endif
