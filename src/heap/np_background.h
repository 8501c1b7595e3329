#ifndef NP_BACKGROUND_H
#define NP_BACKGROUND_H

/*
 * NGXPOOL_BACKGROUND=1: a thread of ours that gives memory back when the
 * program is idle.  Without it memory goes back in the slow paths of threads
 * that free (np_purge.h), and a program that falls asleep at its peak keeps
 * what those have left.
 *
 * The thread takes no signals, allocates nothing, and looks once in a while
 * at how much processor time the process has used: when that was next to
 * nothing, all free pages of all heaps go back, once, until the program is
 * busy again.  The child of a fork has no such thread.
 *
 * libc ends a process with its last thread, and counts ours.  So this looks,
 * too, whether the main thread has ended, and all others: then it ends, with
 * the signals that the program lets through, and the process with it, by
 * exit(0).  Where /proc cannot be read that is not seen.
 */

/* starts the thread, if the option asks for it.  Once, when the program's
 * libraries are loaded, by the main thread. */
void np_background_start(void);

#endif
