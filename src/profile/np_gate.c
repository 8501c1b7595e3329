#include "config.h"

#include "profile/np_gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/single_threaded.h>

#include "base/np_attr.h"
#include "os/np_proc.h"
#include "os/np_stray.h"

/* instead of a number of threads: nobody is let in */
#define NP_GATE_SHUT UINT32_MAX

static _Atomic uint32_t np_gate_xinside;
static _Atomic int      np_gate_xfork; /* somebody waits to shut it */


/* As many as like, but not while the process forks; who waits to fork is let
 * in first, if that is soon.  A handler that ran in between and forks would
 * wait for its own thread; and libunwind calls what is a cancellation
 * point. */
np_gate_state_t
np_gate_enter(void)
{
    np_gate_state_t state = {.error = errno, .signals = np_proc_block()};
    uint32_t        n;

    (void) pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state.cancel);

    if (np_unlikely(
            atomic_load_explicit(&np_gate_xfork, memory_order_relaxed))) {
        np_proc_sleep(1);
    }

    do {
        while (
            (n = atomic_load_explicit(&np_gate_xinside, memory_order_relaxed))
            == NP_GATE_SHUT) {
            np_proc_sleep(0);
        }
    } while (!atomic_compare_exchange_weak_explicit(
        &np_gate_xinside, &n, n + 1, memory_order_acquire,
        memory_order_relaxed));

    return state;
}


void
np_gate_leave(np_gate_state_t state)
{
    (void) atomic_fetch_sub_explicit(&np_gate_xinside, 1,
                                     memory_order_release);
    (void) pthread_setcancelstate(state.cancel, NULL);
    np_proc_unblock(state.signals);
    errno = state.error;
}


int
np_gate_is_entered(void)
{
    return atomic_load_explicit(&np_gate_xinside, memory_order_relaxed) != 0;
}


/* A lone thread that is asked to wait has it itself: a signal has interrupted
 * a fork, and its handler forks. */
void
np_gate_shut(void)
{
    uint32_t none = 0;

    atomic_store(&np_gate_xfork, 1);

    while (
        !atomic_compare_exchange_strong(&np_gate_xinside, &none, NP_GATE_SHUT)
        && !__libc_single_threaded && !np_stray_is_alone()) {
        none = 0;
        np_proc_sleep(0);
    }

    atomic_store(&np_gate_xfork, 0);
}


void
np_gate_open(void)
{
    atomic_store(&np_gate_xinside, 0);
}
