/*
 * np_launch -o FILE [-r] [-e NAME=VALUE]... COMMAND [ARG...]
 *
 * Runs COMMAND and appends one line to FILE:
 *
 *     wall_s user_s sys_s maxrss_kib minor_faults status pid [rss_kib]
 *
 * The kernel counts maxrss in steps of up to 128 KiB for each kind of page.
 * With -r, COMMAND is traced to stop when it ends, and rss_kib is what is
 * resident then, counted page by page; 0 if it cannot be had.
 *
 * The kernel counts in a child's ru_maxrss whatever the child was before it
 * called exec, so the peak of a small program measured from a shell or from
 * Python is the launcher's own.  This one is small and, where the system has
 * a static libc, static: it stays below any program that it starts.  For the
 * same reason the variables (LD_PRELOAD) are set here, for COMMAND alone, and
 * not by an env(1) in between.
 *
 * The exit status is COMMAND's: 128 + N after a death by signal N, 127 if it
 * is not found, 126 if it cannot be run, and 125 when np_launch itself fails.
 * An interrupt from the terminal is COMMAND's to handle.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>


#define NP_LAUNCH_FAILED 125


static void
np_launch_die(const char *what)
{
    fprintf(stderr, "np_launch: %s: %s\n", what, strerror(errno));
    _exit(NP_LAUNCH_FAILED);
}


static double
np_launch_seconds(struct timeval tv)
{
    return (double) tv.tv_sec + (double) tv.tv_usec / 1e6;
}


static void
np_launch_exec(char **argv)
{
    int rc;

    execvp(argv[0], argv);

    rc = errno == ENOENT ? 127 : 126;
    fprintf(stderr, "np_launch: %s: %s\n", argv[0], strerror(errno));
    _exit(rc);
}


/* of a process that has stopped */
static long
np_launch_rss(pid_t pid)
{
    char  name[64], line[128];
    long  n = 0;
    FILE *f;

    snprintf(name, sizeof(name), "/proc/%d/smaps_rollup", (int) pid);
    f = fopen(name, "r");
    if (f == NULL) {
        return 0;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "Rss: %ld kB", &n) == 1) {
            break;
        }
    }

    fclose(f);

    return n;
}


/* until the child ends; *rss is what it had then */
static int
np_launch_wait(pid_t pid, struct rusage *ru, long *rss)
{
    int status, sig, started = 0;

    for (;;) {
        if (wait4(pid, &status, 0, ru) == -1) {
            if (errno != EINTR) {
                np_launch_die("wait4");
            }
            continue;
        }

        if (!WIFSTOPPED(status)) {
            return status;
        }

        sig = WSTOPSIG(status);

        if (!started) {
            started = 1;
            sig = 0;
            ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT);

        } else if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) {
            sig = 0;
            *rss = np_launch_rss(pid);

        } else if (sig == SIGTRAP) {
            /* exec */
            sig = 0;
        }

        ptrace(PTRACE_CONT, pid, 0, sig);
    }
}


int
main(int argc, char **argv)
{
    int             c, fd, n, status, rc, exact = 0;
    long            rss = 0;
    char            line[256];
    const char     *file = NULL;
    pid_t           pid;
    struct rusage   ru;
    struct timespec from, to;
    void (*on_int)(int);
    void (*on_quit)(int);

    while ((c = getopt(argc, argv, "+o:re:")) != -1) {
        switch (c) {
        case 'o':
            file = optarg;
            break;
        case 'r':
            exact = 1;
            break;
        case 'e':
            if (putenv(optarg) != 0) {
                np_launch_die(optarg);
            }
            break;
        default:
            return NP_LAUNCH_FAILED;
        }
    }

    if (file == NULL || optind == argc) {
        fprintf(stderr, "usage: np_launch -o FILE [-r] [-e NAME=VALUE]... "
                        "COMMAND [ARG...]\n");
        return NP_LAUNCH_FAILED;
    }

    fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd == -1) {
        np_launch_die(file);
    }

    on_int = signal(SIGINT, SIG_IGN);
    on_quit = signal(SIGQUIT, SIG_IGN);
    clock_gettime(CLOCK_MONOTONIC, &from);

    pid = fork();
    if (pid == -1) {
        np_launch_die("fork");
    }
    if (pid == 0) {
        signal(SIGINT, on_int);
        signal(SIGQUIT, on_quit);
        if (exact) {
            if (ptrace(PTRACE_TRACEME, 0, 0, 0) == -1) {
                np_launch_die("ptrace");
            }
            raise(SIGSTOP);
        }
        np_launch_exec(argv + optind);
    }

    status = np_launch_wait(pid, &ru, &rss);
    clock_gettime(CLOCK_MONOTONIC, &to);
    rc = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);

    n = snprintf(line, sizeof(line), "%.6f %.6f %.6f %ld %ld %d %d",
                 (double) (to.tv_sec - from.tv_sec)
                     + (double) (to.tv_nsec - from.tv_nsec) / 1e9,
                 np_launch_seconds(ru.ru_utime),
                 np_launch_seconds(ru.ru_stime), ru.ru_maxrss, ru.ru_minflt,
                 rc, (int) pid);
    n += exact ? snprintf(line + n, sizeof(line) - (size_t) n, " %ld\n", rss)
               : snprintf(line + n, sizeof(line) - (size_t) n, "\n");
    if (write(fd, line, (size_t) n) != n) {
        np_launch_die(file);
    }

    return rc;
}
