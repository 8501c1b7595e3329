/*
 * _Fork(), clone() and clone3(), none of which runs fork handlers, while other
 * threads allocate and free.  A child that does what POSIX allows comes
 * through; one that allocates nevertheless does, too, or ends with a line,
 * because a thread that is not there has a lock: it never hangs.
 *
 * expect: exit 0
 * timeout: 240
 */

#include "storm.h"

#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>

static int quiet;


static pid_t
copy(unsigned n)
{
    struct clone_args args;

    switch (n % 3) {

    case 0:
        return _Fork();

    case 1:
        return (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

    default:
        memset(&args, 0, sizeof(args));
        args.exit_signal = SIGCHLD;
        return (pid_t) syscall(SYS_clone3, &args, sizeof(args));
    }
}


static void
allowed(unsigned n)
{
    alarm(STORM_GUARD);

    if (n % 4 == 0) {
        execv(STORM_SELF, storm_argv);
        _exit(1);
    }

    _exit(0);
}


/* the line is not for those who read the test's output */
static void
more(unsigned n)
{
    alarm(STORM_GUARD);
    dup2(quiet, STDERR_FILENO);
    storm_use(n);

    if (n % 8 < 4) {
        execv(STORM_SELF, storm_argv);
        _exit(1);
    }

    _exit(0);
}


int
main(int argc, char **argv)
{
    unsigned n, copies, refused = 0;
    pid_t    pid;
    int      status, pipes[2];

    (void) argv;

    if (storm_is_executed(argc)) {
        return 0;
    }

    NP_NEED(pipe2(pipes, O_CLOEXEC | O_NONBLOCK) == 0);
    quiet = pipes[1];
    copies = (unsigned) np_keep_scale(300, 6000);
    storm_begin();

    for (n = 0; n < copies; n++) {
        pid = copy(n);

        if (pid == -1 && n % 3 == 2) {
            /* no clone3 in this sandbox */
            continue;
        }

        if (pid == 0) {
            if (n % 2 == 0) {
                allowed(n / 2);
            }

            more(n / 2);
        }

        status = storm_wait(pid);

        if (n % 2 == 1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) {
            refused++;

        } else {
            NP_NEED(status == 0);
        }
    }

    storm_end("copies without handlers", copies - refused);

    return 0;
}
