/*
 * SIGCHLD as we want it, and as those we start would have had it without us.
 */
#include "config.h"

#include "cli/np_reaping.h"

#include <signal.h>
#include <stddef.h>

static int np_reaping_ignored;


void
np_reaping_begin(void)
{
    struct sigaction was;

    if (sigaction(SIGCHLD, NULL, &was) == 0 && was.sa_handler == SIG_IGN) {
        np_reaping_ignored = 1;
        (void) signal(SIGCHLD, SIG_DFL);
    }
}


void
np_reaping_restore(void)
{
    if (np_reaping_ignored) {
        (void) signal(SIGCHLD, SIG_IGN);
    }
}
