/*
 * The end of a turn.  Signals go to our own children only, whose pids cannot
 * be used again before we have waited for them; a grandchild becomes our
 * child when its parent has ended, and gets its signal then.  So nothing that
 * is not ours is ever hit, and nothing of ours is left.
 */
#include "config.h"

#include "cli/np_turn.h"

#include <signal.h>
#include <unistd.h>


void
np_turn_fail(np_turn_t *t, np_outcome_e outcome, int status)
{
    if (t->r->outcome == NP_OK) {
        t->r->outcome = outcome;
        t->r->status = status;
    }
}


static int
np_turn_was_termed(np_turn_t *t, pid_t pid)
{
    for (unsigned i = 0; i < t->ntermed; i++) {
        if (t->termed[i] == pid) {
            return 1;
        }
    }
    if (t->ntermed < NP_TURN_TERMED) {
        t->termed[t->ntermed++] = pid;
    }
    return 0;
}


void
np_turn_stop_more(np_turn_t *t, double at)
{
    np_family_t *f = &t->config->sampler->family;
    const pid_t  none = 0;
    pid_t        self = getpid();

    if (t->stop == NP_STOP_TERM && at >= t->stop_until) {
        t->stop = NP_STOP_KILL;
    }
    if (np_family_collect(f, self, &none) != 0) {
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        if (f->v[i].parent != self) {
            continue;
        }
        if (t->stop == NP_STOP_KILL) {
            (void) kill(f->v[i].pid, SIGKILL);
        } else if (!np_turn_was_termed(t, f->v[i].pid)) {
            (void) kill(f->v[i].pid, SIGTERM);
        }
    }
}


void
np_turn_stop(np_turn_t *t, double at, double grace)
{
    if (t->stop != NP_STOP_NOT) {
        return;
    }
    t->stop = NP_STOP_TERM;
    t->stop_until = at + grace;
    if (t->helper[0] != 0) {
        (void) kill(-t->helper[0], SIGKILL);
    }
    np_turn_stop_more(t, at);
}
