/*
 * Signals that end us, noted.  They are handled, not blocked: a blocked one
 * would not end a write into a pipe that nobody empties, and exec would hand
 * the mask on; a handler it sets back.
 */
#include "config.h"

#include "cli/np_ending.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static volatile sig_atomic_t np_ending;


static void
np_ending_note(int sig)
{
    np_ending = sig;
}


/* what was ignored before (nohup, a shell's background) stays ignored */
void
np_ending_begin(void)
{
    static const int end[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
    struct sigaction was, note;

    memset(&note, 0, sizeof(note));
    note.sa_handler = np_ending_note;
    (void) sigemptyset(&note.sa_mask);
    for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
        if (sigaction(end[i], NULL, &was) != 0 || was.sa_handler == SIG_IGN) {
            continue;
        }
        note.sa_flags = end[i] == SIGPIPE ? 0 : (int) SA_RESETHAND;
        (void) sigaction(end[i], &note, NULL);
    }
}


int
np_ending_signal(void)
{
    return np_ending;
}
