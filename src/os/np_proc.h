#ifndef NP_PROC_H
#define NP_PROC_H

/*
 * What the kernel knows about this process.  Numbers that cannot be read
 * (no /proc in a chroot) are 0.  No locks, no allocation, errno kept.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

int np_proc_pid(void); /* asked anew each time: correct in any child */
int np_proc_tid(void);

/* what the calling thread is called, zeroes behind it; "" where that is not
 * told */
#define NP_PROC_NAME 16
void np_proc_name(char name[NP_PROC_NAME]);

/* threads of this process */
unsigned np_proc_threads(void);

/* 1 if the calling thread is the only one left, and the main thread, which
 * the kernel keeps to the end, has ended before */
int np_proc_is_last(void);

/* ends the process and all its threads at once: no handlers, no buffers */
void np_proc_exit(int status) NP_NORETURN;

/* gives the processor away for a moment, up to ms milliseconds */
void np_proc_sleep(unsigned ms);

/* a barrier in all threads of the process (membarrier(2)), for who cannot
 * afford one in each.  0, or -1: the kernel does not have it, or refuses.
 * Prepared once, which children of fork inherit. */
int np_proc_barrier_prepare(void);
int np_proc_barrier(void);

typedef struct {
    size_t rss;  /* bytes resident now (statm) */
    size_t peak; /* bytes resident at the most (VmHWM) */
    size_t minor_faults;
    size_t major_faults;
} np_proc_memory_t;

void np_proc_memory(np_proc_memory_t *m);

/* rss, and peak: from files, which may be refused (0), and, where no sandbox
 * is known of, by getrusage(2) */
size_t np_proc_rss(size_t *peak);

/* where the memory of brk(2) begins, or, without /proc, a little before that;
 * 0 if that cannot be told; and where it ends now */
uintptr_t np_proc_break_start(void);
uintptr_t np_proc_break_end(void);

/* no signal reaches the calling thread until np_proc_unblock() is given what
 * this gave */
uint64_t np_proc_block(void);
void     np_proc_unblock(uint64_t signals);

/* a random number for placing things; not for secrets.  getrandom(2), else
 * AT_RANDOM, else the clock.  The same in every run where the process has
 * asked for no address randomisation (personality(2), as under gdb). */
uint64_t np_proc_random(void);

/* 64-bit mix of x (splitmix64, Steele et al., OOPSLA 2014) */
uint64_t np_proc_mix(uint64_t x);

#endif
