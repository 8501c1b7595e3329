/*
 * A signal after each single instruction of malloc, realloc and free, by the
 * processor's trap flag.  The handler walks the stack, calls what is
 * async-signal-safe, and from each so many instructions on makes a child by
 * fork, _Fork or vfork, which ends; the call that was interrupted goes on.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "keep.h"

#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define SLOTS  32
#define FRAMES 64
/* rounds before: each place that calls has been sampled then */
#define PRIMING 500

static volatile unsigned traps, children;
static unsigned          every;
static int               alone;


static void
nothing(void)
{
}


/* Nobody returns from here in the child of vfork.  fork() waits for locks
 * where there are threads, and POSIX allows a handler no more than _Fork. */
static void
make_child(unsigned n)
{
    int   status;
    pid_t pid = n % 3 == 0 && alone ? fork() : n % 3 == 1 ? _Fork() : vfork();

    if (pid == 0) {
        _exit(0);
    }

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
    children++;
}


static void
handle(int sig)
{
    void *frame[FRAMES];
    int   err = errno;

    NP_NEED(sig == SIGTRAP);
    traps++;

    if (traps % 16 == 0) {
        NP_NEED(backtrace(frame, FRAMES) > 2);
    }

    if (traps % every == 0) {
        make_child(traps / every);
    }

    errno = err;
}


#ifdef __x86_64__

static void
step(int on)
{
    unsigned long flags = __builtin_ia32_readeflags_u64();

    __builtin_ia32_writeeflags_u64(on ? flags | 0x100 : flags & ~0x100ul);
}

#else

static void
step(int on)
{
    (void) on;
    np_keep_skip("no trap flag on this machine");
}

#endif


/* Without stepping at first: a profiler learns the way out of each frame from
 * libunwind, which blocks signals meanwhile; a trap then kills. */
static __attribute__((noinline)) void
calls(int stepping)
{
    void  *m[SLOTS];
    size_t i;

    if (stepping) {
        step(1);
    }

    for (i = 0; i < SLOTS; i++) {
        m[i] = np_keep(malloc(i % 8 == 0 ? 4500 + i * 100 : i * 30));
    }

    for (i = 0; i < SLOTS; i += 2) {
        m[i] = np_keep(realloc(m[i], i * 70 + 1));
    }

    for (i = 0; i < SLOTS; i++) {
        free(m[i]);
    }

    if (stepping) {
        step(0);
    }
}


int
main(void)
{
    struct sigaction action = {.sa_handler = handle};
    void            *frame[FRAMES];
    volatile int     i;

    alarm((unsigned) np_keep_scale(120, 2400));
    every = (unsigned) np_keep_scale(211, 7);
    alone = getenv("NGXPOOL_BACKGROUND") == NULL;
    NP_NEED(backtrace(frame, FRAMES) > 0);
    /* fork handlers, although there is one thread only */
    NP_NEED(pthread_atfork(nothing, nothing, nothing) == 0);
    NP_NEED(sigaction(SIGTRAP, &action, NULL) == 0);
    for (i = 0; i < PRIMING + 2; i++) {
        calls(i >= PRIMING);
    }

    NP_NEED(traps > 5000 && children == traps / every);
    printf("%u instructions, %u children\n", traps, children);

    return 0;
}
