#ifndef NP_UNWIND_PIPE_H
#define NP_UNWIND_PIPE_H

/*
 * libunwind keeps a pipe, into which it writes a byte of whatever address it
 * is not sure of.  It is to have it at descriptors out of the program's way,
 * also if the process may have few (if it cannot have more for the moment, at
 * the highest there are), and to write into nothing else when the program has
 * closed it, as daemons do, and perhaps has a file of its own there.
 *
 * By one thread at a time.
 */

/* calls begin(), in which libunwind makes its pipe, while lower numbers are
 * taken, which is also how it is known where the pipe is.  0, or -1 and begin
 * was not called: there are no descriptors. */
int np_unwind_pipe(void (*begin)(void));

/* 1 if the pipe is still there, or was made again where it was, or never was
 * ours to know of; 0: libunwind must not be called.  It is not made again in a
 * sandbox (np_sandbox.h), which may kill whoever makes one. */
int np_unwind_pipe_is_safe(void);

#endif
