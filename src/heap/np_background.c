#include "config.h"

#include "heap/np_background.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>

#include "heap/np_fork.h"
#include "heap/np_purge.h"
#include "os/np_clock.h"
#include "os/np_options.h"
#include "os/np_proc.h"

/* how often the thread looks, and what counts as idle then */
#define NP_BACKGROUND_MS      500
#define NP_BACKGROUND_IDLE_US 10000


static uint64_t
np_background_cpu_us(void)
{
    uint64_t user, sys;

    np_clock_cpu_us(&user, &sys);

    return user + sys;
}


static void *
np_background_run(void *arg)
{
    uint64_t last = np_background_cpu_us();
    uint64_t now;
    int      purged = 0;

    for (;;) {
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

    return arg;
}


void
np_background_start(void)
{
    pthread_attr_t attr;
    pthread_t      thread;
    sigset_t       all, old;

    if (!np_options.background || pthread_attr_init(&attr) != 0) {
        return;
    }

    np_fork_register();

    /* a stack of the usual size: the program's thread-local data lie in it */
    np_purge_shared = 1;
    (void) pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_SETMASK, &all, &old);

    if (pthread_create(&thread, &attr, np_background_run, NULL) != 0) {
        np_purge_shared = 0;
    }

    (void) pthread_sigmask(SIG_SETMASK, &old, NULL);
    (void) pthread_attr_destroy(&attr);
}
