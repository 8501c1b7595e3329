/*
 * A command that is run in our place.
 *
 * Signals are blocked and taken by sigwaitinfo().  Those that the kernel
 * sends, as for the keys of a terminal, go to the whole process group, the
 * command included.  Those that a process sends are passed on: nothing tells
 * whether it sent them to us alone or to the group (kill -- -PGID), and then
 * the command has them twice.
 */
#include "config.h"

#include "cli/np_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/np_reaping.h"


/* what was ignored before (nohup, a shell's background) stays ignored */
static void
np_child_signals(sigset_t *set)
{
    static const int pass[]
        = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM};
    struct sigaction was;

    (void) sigemptyset(set);
    (void) sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof(pass) / sizeof(pass[0]); i++) {
        if (sigaction(pass[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN) {
            (void) sigaddset(set, pass[i]);
        }
    }
}


static int
np_child_environment(const np_child_command_t *command)
{
    char pid[16];
    int  bad = 0;

    for (unsigned i = 0; i < command->nvariables && !bad; i++) {
        const np_child_variable_t *v = &command->variable[i];

        bad = v->value != NULL ? setenv(v->name, v->value, 1)
                               : unsetenv(v->name);
    }
    if (command->own != NULL && !bad) {
        (void) snprintf(pid, sizeof(pid), "%d", (int) getpid());
        bad = setenv(command->own, pid, 1);
    }
    return bad ? errno : 0;
}


static void
np_child_exec(const np_child_t *c, const np_child_command_t *command, int pipe)
{
    const int fd[] = {command->in, command->out, command->err};
    int       err = 0;

    for (int i = 0; i < 3 && err == 0; i++) {
        if (fd[i] != -1 && dup2(fd[i], i) == -1) {
            err = errno;
        }
    }
    if (err == 0) {
        err = np_child_environment(command);
    }
    if (err == 0) {
        np_reaping_restore();
        (void) sigprocmask(SIG_SETMASK, &c->mask, NULL);
        (void) execvp(command->argv[0], command->argv);
        err = errno;
    }
    (void) !write(pipe, &err, sizeof(err));
    _exit(127);
}


int
np_child_start(np_child_t *c, const np_child_command_t *command)
{
    int     report[2], err = 0;
    ssize_t n;

    if (pipe2(report, O_CLOEXEC) != 0) {
        return -1;
    }
    np_child_signals(&c->await);
    (void) sigprocmask(SIG_BLOCK, &c->await, &c->mask);
    c->pid = fork();
    if (c->pid == 0) {
        np_child_exec(c, command, report[1]);
    }
    if (c->pid == -1) {
        err = errno;
    }
    (void) close(report[1]);
    if (c->pid != -1) {
        do {
            n = read(report[0], &err, sizeof(err));
        } while (n == -1 && errno == EINTR);
        if (n != sizeof(err)) {
            err = 0;
        } else {
            (void) waitpid(c->pid, NULL, 0);
        }
    }
    (void) close(report[0]);
    if (err != 0) {
        (void) sigprocmask(SIG_SETMASK, &c->mask, NULL);
        errno = err;
        return -1;
    }
    return 0;
}


static int
np_child_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}


int
np_child_wait(np_child_t *c)
{
    siginfo_t s;
    int       status = 0, signal;

    for (;;) {
        signal = sigwaitinfo(&c->await, &s);
        if (signal == SIGCHLD) {
            if (waitpid(c->pid, &status, WNOHANG) == c->pid) {
                break;
            }
        } else if (signal > 0 && s.si_code <= 0) {
            (void) kill(c->pid, signal);
        }
    }
    np_child_release(c);
    return np_child_status(status);
}


void
np_child_release(const np_child_t *c)
{
    (void) sigprocmask(SIG_SETMASK, &c->mask, NULL);
}


int
np_child_poll(const np_child_t *c, int *status)
{
    int raw;

    if (waitpid(c->pid, &raw, WNOHANG) != c->pid) {
        return 0;
    }
    *status = np_child_status(raw);
    return 1;
}


int
np_child_stop(const np_child_t *c)
{
    const struct timespec pause = {0, 20000000};
    sigset_t              was;
    int                   status, hurry = 0, signal;

    (void) sigprocmask(SIG_BLOCK, &c->await, &was);
    (void) kill(c->pid, SIGTERM);
    for (int i = 0; i < 100 && !hurry; i++) {
        if (np_child_poll(c, &status)) {
            (void) sigprocmask(SIG_SETMASK, &was, NULL);
            return status;
        }
        signal = sigtimedwait(&c->await, NULL, &pause);
        hurry = signal > 0 && signal != SIGCHLD;
    }
    (void) kill(c->pid, SIGKILL);
    while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR) {
    }
    (void) sigprocmask(SIG_SETMASK, &was, NULL);
    return np_child_status(status);
}
