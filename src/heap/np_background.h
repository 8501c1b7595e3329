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
 */

/* starts the thread, if the option asks for it.  Once, when the program's
 * libraries are loaded. */
void np_background_start(void);

#endif
