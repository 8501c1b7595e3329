#ifndef NP_PROGS_TELLS_H
#define NP_PROGS_TELLS_H

/*
 * How a behaviour program looks at what the library says: the program runs
 * itself again, with an option, and what that process writes on standard error
 * is read from a file.  Whoever waits for ever is killed.
 */

#include "keep.h"

#include <sys/stat.h>
#include <sys/wait.h>

#define NP_TELLS_SECONDS 60

static char np_tells_said[65536];


/* what the process does before it runs the program again; name=value is in its
 * environment by then */
static inline void
np_tells_exec(const char *name, const char *value)
{
    int fd = open("said", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);

    NP_NEED(fd >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
    NP_NEED(close(fd) == 0 && setenv(name, value, 1) == 0);
    alarm(NP_TELLS_SECONDS);
    execl("/proc/self/exe", "tells", "again", (char *) NULL);
    _exit(126);
}


/* waits for it, and reads what it said; its status */
static inline int
np_tells_wait(pid_t pid)
{
    int     fd, status;
    ssize_t n;

    NP_NEED(pid > 0 && waitpid(pid, &status, 0) == pid);
    fd = open("said", O_RDONLY);
    n = read(fd, np_tells_said, sizeof(np_tells_said) - 1);
    NP_NEED(n >= 0 && close(fd) == 0);
    np_tells_said[n] = '\0';

    return status;
}


/* 1 if the program, run with that option, ends well and says what */
static inline int
np_tells(const char *name, const char *value, const char *what)
{
    pid_t pid = fork();

    if (pid == 0) {
        np_tells_exec(name, value);
    }

    return np_tells_wait(pid) == 0 && strstr(np_tells_said, what) != NULL;
}

#endif
