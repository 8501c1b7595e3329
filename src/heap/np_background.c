#include "config.h"

#include "heap/np_background.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include "heap/np_fork.h"
#include "heap/np_purge.h"
#include "os/np_clock.h"
#include "os/np_options.h"
#include "os/np_proc.h"

/* how often the thread looks, and what counts as idle then */
#define NP_BACKGROUND_MS      500
#define NP_BACKGROUND_IDLE_US 10000

/* of who started our thread, before it; nobody writes them later */
static struct {
    pthread_t main;
    sigset_t  signals;
} np_background;


static uint64_t
np_background_cpu_us(void)
{
    uint64_t user, sys;

    np_clock_cpu_us(&user, &sys);

    return user + sys;
}


/* 1 if no thread but ours is left.  libc knows without a system call whether
 * the main thread has ended, and in most processes that is all that is asked:
 * a filter may forbid files. */
static int
np_background_is_last(void)
{
    clockid_t clock;

    return pthread_getcpuclockid(np_background.main, &clock) == ESRCH
           && np_proc_is_last();
}


/* returns as the process's last thread: then libc ends the process as if main
 * had returned 0, and signals that waited meanwhile find a thread */
static void *
np_background_run(void *arg)
{
    uint64_t last = np_background_cpu_us();
    uint64_t now;
    int      purged = 0;

    while (!np_background_is_last()) {
        np_proc_sleep(NP_BACKGROUND_MS);
        now = np_background_cpu_us();

        if (now - last > NP_BACKGROUND_IDLE_US) {
            purged = 0;

        } else if (!purged) {
            np_purge_everything();
            purged = 1;
            /* what this took is not the program's */
            now = np_background_cpu_us();
        }

        last = now;
    }

    (void) pthread_sigmask(SIG_SETMASK, &np_background.signals, NULL);

    return arg;
}


void
np_background_start(void)
{
    pthread_t thread;
    sigset_t  all;

    if (!np_options.background) {
        return;
    }

    np_fork_register();

    np_purge_shared = 1;
    np_background.main = pthread_self();
    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_SETMASK, &all, &np_background.signals);

    /* a stack of the usual size: the program's thread-local data lie in it */
    if (pthread_create(&thread, NULL, np_background_run, NULL) == 0) {
        (void) pthread_detach(thread);

    } else {
        np_purge_shared = 0;
    }

    (void) pthread_sigmask(SIG_SETMASK, &np_background.signals, NULL);
}
