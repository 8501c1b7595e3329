/*
 * Starts programs.  Everything between fork and exec happens in the child of
 * a process with a single thread, where ordinary functions are safe.
 */
#include "config.h"

#include "cli/np_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/np_reaping.h"


int
np_launch_adopt(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}


static void
np_launch_signals(void)
{
    sigset_t none;

    (void) sigemptyset(&none);
    (void) signal(SIGPIPE, SIG_DFL);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
}


static int
np_launch_preload(const np_launch_t *l)
{
    char *all = NULL;
    int   rc;

    if (l->preload == NULL || l->preload[0] == '\0') {
        return unsetenv("LD_PRELOAD");
    }
    if (l->behind == NULL || l->behind[0] == '\0') {
        return setenv("LD_PRELOAD", l->preload, 1);
    }
    if (asprintf(&all, "%s:%s", l->preload, l->behind) == -1) {
        return -1;
    }
    rc = setenv("LD_PRELOAD", all, 1);
    free(all);
    return rc;
}


static int
np_launch_environment(const np_launch_t *l)
{
    if (np_launch_preload(l) != 0) {
        return -1;
    }
    /* a profile would be made, and paid for, by runs without advice only */
    if (l->advice != NULL
        && (setenv("NGXPOOL_ADVICE", l->advice, 1) != 0
            || unsetenv("NGXPOOL_PROFILE") != 0)) {
        return -1;
    }
    if (l->report == NULL) {
        return 0;
    }
    return setenv("NGXPOOL_REPORT", l->report, 1) != 0
                   || setenv("NGXPOOL_REPORT_FORMAT", "json", 1) != 0
               ? -1
               : 0;
}


static void
np_launch_child(const np_launch_t *l)
{
    int     err;
    ssize_t n;

    (void) setpgid(0, 0);
    if ((l->cgroup != -1 && write(l->cgroup, "0", 1) != 1)
        || (l->cpus != NULL
            && sched_setaffinity(0, sizeof(*l->cpus), l->cpus) != 0)
        || dup2(l->in, 0) == -1 || dup2(l->out, 1) == -1
        || dup2(l->err, 2) == -1 || np_launch_environment(l) != 0) {
        err = errno;
    } else {
        np_launch_signals();
        np_reaping_restore();
        (void) execvp(l->argv[0], l->argv);
        err = errno;
    }
    n = write(l->exec, &err, sizeof(err));
    _exit(n == sizeof(err) ? 127 : 126);
}


pid_t
np_launch_command(const np_launch_t *l)
{
    pid_t pid = fork();

    if (pid == 0) {
        np_launch_child(l);
    }
    if (pid > 0) {
        /* both sides set it: whoever runs first */
        (void) setpgid(pid, pid);
    }
    return pid;
}


static void
np_launch_keep(const char *command, int out)
{
    pid_t pid, ended;
    int   status, result = 127;
    int   null = open("/dev/null", O_RDONLY);

    (void) setpgid(0, 0);
    (void) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    np_launch_signals();
    (void) dup2(null, 0);
    (void) dup2(out, 1);
    (void) dup2(out, 2);
    (void) unsetenv("LD_PRELOAD");
    pid = fork();
    if (pid == 0) {
        np_reaping_restore();
        (void) execl("/bin/sh", "sh", "-c", command, (char *) NULL);
        _exit(127);
    }
    for (;;) {
        ended = wait(&status);
        if (ended == -1 && errno == EINTR) {
            continue;
        }
        if (ended == -1) {
            break;
        }
        if (ended == pid) {
            result = WIFEXITED(status) ? WEXITSTATUS(status)
                                       : 128 + WTERMSIG(status);
        }
    }
    _exit(result);
}


pid_t
np_launch_helper(const char *command, int out)
{
    pid_t pid = fork();

    if (pid == 0) {
        np_launch_keep(command, out);
    }
    if (pid > 0) {
        (void) setpgid(pid, pid);
    }
    return pid;
}
