/*
 * The allocator takes no signal: none has a handler or is blocked.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <signal.h>


int
main(void)
{
    struct sigaction action;
    sigset_t         blocked;
    int              n;

    free(np_keep(malloc(3000000)));
    NP_NEED(sigprocmask(SIG_SETMASK, NULL, &blocked) == 0);

    for (n = 1; n <= SIGRTMAX; n++) {
        if (sigaction(n, NULL, &action) == 0) {
            NP_NEED(action.sa_handler == SIG_DFL
                    || action.sa_handler == SIG_IGN);
            NP_NEED(sigismember(&blocked, n) == 0);
        }
    }

    return 0;
}
