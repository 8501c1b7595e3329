#ifndef NP_CHILD_H
#define NP_CHILD_H

/*
 * A command that is run in our place: it has our terminal, our process group
 * and our standard streams; signals that are sent to us reach it, too, and we
 * end when it ends.  One thread, one child at a time.
 */

#include <signal.h>
#include <sys/types.h>

typedef struct {
    const char *name;
    const char *value; /* NULL: the variable is removed */
} np_child_variable_t;

typedef struct {
    char *const               *argv;
    const np_child_variable_t *variable;
    unsigned                   nvariables;
    const char *own; /* variable that gets the command's pid; NULL: none */
    int         in;  /* descriptors that become 0, 1, 2; -1: ours */
    int         out;
    int         err;
} np_child_command_t;

typedef struct {
    pid_t    pid;
    sigset_t mask;  /* ours, as it was */
    sigset_t await; /* what np_child_wait() listens to */
} np_child_t;

/* -1: errno says why, of exec, too */
int np_child_start(np_child_t *c, const np_child_command_t *command);

/* waits for the end, passing signals on; the command's exit status, or 128
 * and the signal that ended it.  The signal mask is what it was before. */
int np_child_wait(np_child_t *c);

/* for those that have more to do than to wait: our signals are ours again; 1:
 * the command has ended, and *status is as np_child_wait() has it; SIGTERM,
 * and SIGKILL if that is of no use within two seconds, or until one more of
 * our signals comes, which ends the waiting and nothing else */
void np_child_release(const np_child_t *c);
int  np_child_poll(const np_child_t *c, int *status);
int  np_child_stop(const np_child_t *c);

#endif
