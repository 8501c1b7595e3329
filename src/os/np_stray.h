#ifndef NP_STRAY_H
#define NP_STRAY_H

/*
 * Is this process a copy of another one, made behind our back?
 *
 * fork() runs handlers, which set right what a copy must not share with its
 * original.  _Fork(), and clone() without CLONE_VM, run none.  Such a process
 * is a *stray*: the locks that other threads had are held by nobody who could
 * release them, and the file of its profile, which is mapped shared, is the
 * original's.
 *
 * No process id tells a stray from a child of vfork, which has another id,
 * too, but shares our memory and is to go on in it.  A page that the kernel
 * wipes in the copy of a process, and only there (MADV_WIPEONFORK), does: a
 * word in it that is 1 in the original reads as 0 in a stray.  One load, no
 * system call.
 *
 * Where the kernel does not know such pages (before Linux 4.14), strays are
 * taken for what they are copies of.  Any thread, any time; no locks.
 */

#include <stddef.h>

#include "base/np_attr.h"

/* NULL: nobody has looked out for copies yet */
extern unsigned *np_stray_word;

/* from here on this process is none, but its copies will be; the fork
 * handler of a child calls it, too */
void np_stray_mark(void);

/* this process, a child whose fork handlers ran, is to be taken for a stray
 * nevertheless */
void np_stray_lose(void);

/* a stray of one thread: whatever it waits for from another thread will
 * never be.  0 without /proc. */
int np_stray_is_alone(void);


/* 1 if this process is a copy of one that called np_stray_mark() */
NP_INLINE int
np_is_stray(void)
{
    unsigned *word = np_peek(np_stray_word);

    return word != NULL && np_peek(*word) == 0;
}

#endif
