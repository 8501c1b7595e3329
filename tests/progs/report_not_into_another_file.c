/*
 * The number that the report's way out had is a file's of the program now,
 * which closed all that it did not know: the report goes to standard error,
 * and the file stays as it is.
 *
 * expect: exit 0
 * expect: reports 1
 * report: stderr
 */

#include "keep.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* the numbers from which such duplicates are had, and some more */
#define HIGH 1000
#define MORE 16


static void
child(void)
{
    int fd, i;

    NP_NEED(syscall(SYS_close_range, 3, ~0U, 0) == 0);
    fd = open("file", O_WRONLY | O_CREAT | O_EXCL, 0600);
    NP_NEED(fd >= 0);

    for (i = 0; i < MORE; i++) {
        NP_NEED(dup2(fd, HIGH + i) == HIGH + i);
    }

    exit(0);
}


int
main(void)
{
    struct stat st;
    int         status;
    pid_t       pid;

    NP_NEED(np_keep(malloc(5000)) != NULL);

    if (fcntl(STDERR_FILENO, F_DUPFD, HIGH) < 0) {
        np_keep_skip("RLIMIT_NOFILE is too low");
    }

    pid = fork();
    NP_NEED(pid >= 0);

    if (pid == 0) {
        child();
    }

    NP_NEED(waitpid(pid, &status, 0) == pid && status == 0);
    NP_NEED(stat("file", &st) == 0 && st.st_size == 0);

    return 0;
}
