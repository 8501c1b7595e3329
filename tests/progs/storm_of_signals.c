/*
 * A thread gets signals without end while it and others allocate.  Wherever
 * they come, their handler walks its stack out of malloc and free, and makes
 * children by _Fork and vfork that exec or _exit.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

#include <errno.h>
#include <execinfo.h>
#include <semaphore.h>
#include <signal.h>

#define FRAMES 64

static sem_t    handled;
static unsigned signals, children; /* so far; the handler's */
static int      xdone;


static void
handle_child(unsigned n)
{
    pid_t pid = n % 32 == 0 ? vfork() : _Fork();

    if (pid == 0) {
        if (n % 64 < 32) {
            execv(STORM_SELF, storm_argv);
        }

        _exit(n % 64 < 32);
    }

    storm_reap(pid);
    children++;
}


static void
handle(int sig)
{
    void    *frame[FRAMES];
    sigset_t set;
    int      err = errno;

    NP_NEED(sig == SIGUSR1);
    NP_NEED(backtrace(frame, FRAMES) > 2);
    NP_NEED(sigprocmask(SIG_BLOCK, NULL, &set) == 0);
    NP_NEED(sigismember(&set, SIGUSR1) == 1);

    if (++signals % 16 == 0) {
        handle_child(signals);
    }

    NP_NEED(sem_post(&handled) == 0);
    errno = err;
}


static void *
struck(void *unused)
{
    storm_head_t *mine[64] = {NULL};
    uint64_t      state = 99;
    unsigned      i;

    while (!__atomic_load_n(&xdone, __ATOMIC_RELAXED)) {
        storm_step(mine, 64, &state);
    }

    for (i = 0; i < 64; i++) {
        storm_drop(mine[i]);
    }

    return unused;
}


int
main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    unsigned         n, most;
    pthread_t        thread;
    void            *frame[FRAMES];

    (void) argv;

    if (storm_is_executed(argc)) {
        return 0;
    }

    most = (unsigned) np_keep_scale(2000, 100000);
    NP_NEED(sem_init(&handled, 0, 0) == 0);
    /* the first one loads libgcc_s */
    NP_NEED(backtrace(frame, FRAMES) > 0);
    NP_NEED(sigaction(SIGUSR1, &action, NULL) == 0);
    storm_begin();
    NP_NEED(pthread_create(&thread, NULL, struck, NULL) == 0);

    for (n = 0; n < most; n++) {
        NP_NEED(pthread_kill(thread, SIGUSR1) == 0);
        NP_NEED(sem_wait(&handled) == 0);
    }

    __atomic_store_n(&xdone, 1, __ATOMIC_RELAXED);
    NP_NEED(pthread_join(thread, NULL) == 0);
    storm_end("children of signal handlers", children);

    return 0;
}
