#ifndef NP_GATE_H
#define NP_GATE_H

/*
 * Who is in libunwind, or walks the loader's list of modules.  Both take locks
 * that a fork can leave taken for ever in the child, so who forks waits until
 * no thread is inside, and lets none in until the fork is done.
 *
 *      thread   np_gate_enter()  libunwind ...  np_gate_leave()
 *      fork     np_gate_shut()   fork           np_gate_open(), both processes
 *
 * As many threads are inside as like; none waits for another but for one that
 * forks: a lock in this place would be held while libunwind waits for the
 * loader's, which a thread may have that asks libunwind, too.
 *
 * Inside, all signals are blocked, since a handler that forks would wait for
 * its own thread, and the thread is not cancelled: libunwind calls what is a
 * cancellation point.
 */

#include <stdint.h>

/* what was before, to be as it was */
typedef struct {
    uint64_t signals;
    int      cancel;
    int      error; /* errno, which libunwind and the loader change */
} np_gate_state_t;

np_gate_state_t np_gate_enter(void);
void            np_gate_leave(np_gate_state_t state);

/* 0: no thread is inside.  The calling one sees itself. */
int np_gate_is_entered(void);

void np_gate_shut(void);
void np_gate_open(void);

#endif
