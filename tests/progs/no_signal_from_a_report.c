/*
 * What the library writes costs the program no signal: neither where files
 * may have no bytes (RLIMIT_FSIZE, SIGXFSZ) nor where nobody reads what it
 * says (SIGPIPE).  A signal of that kind that waits already goes on waiting.
 *
 * expect: exit 0
 * only: libngxpool
 */

#include "keep.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define STATUS 9


/* after exec: a report at the end, and a line about a wrong free */
static int
work(int waits)
{
    sigset_t set;
    void    *m = malloc(100);

    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);

    if (waits) {
        NP_NEED(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
        NP_NEED(raise(SIGXFSZ) == 0);
    }

    free((char *) np_keep(m) + 8);
    sigemptyset(&set);
    NP_NEED(sigpending(&set) == 0);
    NP_NEED(sigismember(&set, SIGXFSZ) == waits);
    NP_NEED(!sigismember(&set, SIGPIPE));
    free(m);

    return STATUS;
}


/* standard error at a pipe that nobody reads, or at a file that takes no
 * byte */
static void
limited(const char *report, int pipe_, const char *how)
{
    struct rlimit r = {0, 0};
    pid_t         pid = fork();
    int           status, fd[2];

    NP_NEED(pid >= 0);

    if (pid == 0) {
        NP_NEED(setenv("NGXPOOL_REPORT", report, 1) == 0);
        NP_NEED(setenv("NGXPOOL_ABORT", "ignore", 1) == 0);

        if (pipe_) {
            NP_NEED(pipe(fd) == 0 && dup2(fd[1], STDERR_FILENO) == 2);
            NP_NEED(close(fd[0]) == 0 && close(fd[1]) == 0);

        } else {
            fd[0] = open("said", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
            NP_NEED(fd[0] >= 0 && setrlimit(RLIMIT_FSIZE, &r) == 0);
            NP_NEED(dup2(fd[0], STDERR_FILENO) == 2);
        }

        execl("/proc/self/exe", "limited", how, (char *) NULL);
        _exit(1);
    }

    NP_NEED(waitpid(pid, &status, 0) == pid);

    if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS) {
        dprintf(STDERR_FILENO, "%s, %s, %s: status %x\n", report, how,
                pipe_ ? "pipe" : "file", (unsigned) status);
        _exit(1);
    }
}


int
main(int argc, char **argv)
{
    if (argc == 2) {
        return work(strcmp(argv[1], "waits") == 0);
    }

    limited("stderr", 1, "free");
    limited("stderr", 0, "free");
    limited("report.%p", 0, "free");
    limited("report.%p", 0, "waits");

    return 0;
}
