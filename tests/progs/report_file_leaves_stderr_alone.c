/*
 * A report that goes to a file keeps no duplicate of standard error: a daemon
 * that has closed its own would hold the pipe of whoever started it, who
 * waits for its end.
 *
 * expect: exit 0
 * report: file
 */

#include "keep.h"

#include <poll.h>
#include <sys/wait.h>


/* what starts the daemon: it lives until nobody writes to its standard input */
static int
starter(void)
{
    char  c;
    pid_t pid = fork();

    NP_NEED(pid >= 0);

    if (pid == 0) {
        close(STDERR_FILENO);
        _exit(read(STDIN_FILENO, &c, 1) != 0);
    }

    return 0;
}


int
main(int argc, char **argv)
{
    int           in[2], err[2], status;
    char          c;
    pid_t         pid;
    struct pollfd p;

    if (argc > 1) {
        return starter();
    }

    NP_NEED(pipe2(in, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(err[1], STDERR_FILENO);
        execl("/proc/self/exe", argv[0], "starter", (char *) NULL);
        _exit(1);
    }

    close(err[1]);
    NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);

    p.fd = err[0];
    p.events = POLLIN;
    NP_NEED(poll(&p, 1, 5000) == 1 && read(err[0], &c, 1) == 0);
    close(in[1]);

    return 0;
}
