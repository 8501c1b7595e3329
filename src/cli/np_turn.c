/*
 * One turn of one allocator: the loop that waits for what comes first of
 * output, signals, the end of a child, the next sample and the next deadline.
 */
#include "config.h"

#include "cli/np_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/np_escape.h"

/* the longest and shortest sleep of the loop, seconds */
#define NP_TURN_SLEEP_MAX 0.05
#define NP_TURN_SLEEP_MIN 0.0002

/* bytes that a pipe holds, at most */
#define NP_TURN_PIPE (1 << 20)


static double
np_turn_now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


static double
np_turn_seconds(const struct timeval *t)
{
    return (double) t->tv_sec + (double) t->tv_usec * 1e-6;
}


/* adds to a value that may not have been measured yet */
static void
np_turn_sum(np_run_t *r, np_metric_e m, double v)
{
    r->value[m] = isnan(r->value[m]) ? v : r->value[m] + v;
}


static void
np_turn_account(np_turn_t *t, const struct rusage *u)
{
    np_run_t *r = t->r;
    double    hwm = (double) u->ru_maxrss * 1024;

    np_turn_sum(r, NP_METRIC_USER, np_turn_seconds(&u->ru_utime));
    np_turn_sum(r, NP_METRIC_SYS, np_turn_seconds(&u->ru_stime));
    np_turn_sum(r, NP_METRIC_MINFLT, (double) u->ru_minflt);
    np_turn_sum(r, NP_METRIC_MAJFLT, (double) u->ru_majflt);
    np_turn_sum(r, NP_METRIC_VCSW, (double) u->ru_nvcsw);
    np_turn_sum(r, NP_METRIC_IVCSW, (double) u->ru_nivcsw);
    r->value[NP_METRIC_CPU]
        = r->value[NP_METRIC_USER] + r->value[NP_METRIC_SYS];
    if (!(r->value[NP_METRIC_HWM] >= hwm)) {
        r->value[NP_METRIC_HWM] = hwm;
    }
}


/* 0 when no child is left */
static int
np_turn_reap(np_turn_t *t)
{
    struct rusage u;
    int           status;
    pid_t         pid;

    while ((pid = wait4(-1, &status, WNOHANG, &u)) > 0) {
        if (pid == t->helper[0]) {
            t->helper[0] = 0;
            t->helper_ended = 1;
            t->helper_status = WIFEXITED(status) ? WEXITSTATUS(status)
                                                 : 128 + WTERMSIG(status);
            continue;
        }
        np_turn_account(t, &u);
        if (pid == t->command) {
            t->ended = 1;
            t->wait_status = status;
            t->ended_at = np_turn_now() - t->began;
        }
    }
    return pid == 0;
}


/* as much as the pipe holds, and no more: who writes faster than we read must
 * not keep us from all else */
static void
np_turn_output(np_turn_t *t)
{
    static char buf[1 << 16];
    size_t      done = 0;
    ssize_t     n;

    while (done < NP_TURN_PIPE && t->out != -1
           && (n = read(t->out, buf, sizeof(buf))) != -1) {
        if (n == 0) {
            (void) close(t->out);
            t->out = -1;
            return;
        }
        (void) XXH3_128bits_update(t->hash, buf, (size_t) n);
        t->r->out_bytes += (uint64_t) n;
        done += (size_t) n;
    }
}


/* keeps the end of what was said; no more than the pipe holds, too */
static void
np_turn_errors(np_turn_t *t)
{
    char    buf[4096];
    char   *tail = t->r->tail;
    size_t  room = sizeof(t->r->tail) - 1, have = strlen(tail), keep;
    size_t  done = 0;
    ssize_t n;

    while (done < NP_TURN_PIPE && (n = read(t->err, buf, sizeof(buf))) > 0) {
        done += (size_t) n;
        for (ssize_t i = 0; i < n; i++) {
            buf[i] = buf[i] == '\0' ? ' ' : buf[i];
        }
        keep = (size_t) n > room ? room : (size_t) n;
        if (have + keep > room) {
            size_t drop = have + keep - room;

            memmove(tail, tail + drop, have - drop);
            have -= drop;
        }
        memcpy(tail + have, buf + n - keep, keep);
        have += keep;
        tail[have] = '\0';
    }
}


static void
np_turn_exec(np_turn_t *t)
{
    int     err;
    ssize_t n = read(t->exec, &err, sizeof(err));

    if (n == sizeof(err)) {
        t->failed = err;
    } else if (n == 0) {
        t->executed = 1;
    } else {
        return;
    }
    (void) close(t->exec);
    t->exec = -1;
}


static void
np_turn_signal(np_turn_t *t, double at)
{
    struct signalfd_siginfo s;

    while (read(t->config->signals, &s, sizeof(s)) == sizeof(s)) {
        if (s.ssi_signo == SIGCHLD) {
            continue;
        }
        if (t->interrupted) {
            t->stop_until = at;
        }
        t->interrupted = (int) s.ssi_signo;
        np_turn_stop(t, at, 1);
    }
}


/* everything that is due; -1 when memory runs out */
static int
np_turn_advance(np_turn_t *t, double at)
{
    const np_turn_config_t *c = t->config;

    if (t->stop != NP_STOP_NOT) {
        np_turn_stop_more(t, at);
        return 0;
    }
    if (!t->executed) {
        return 0;
    }
    np_turn_look_at_libraries(t, at);
    if (c->timeout > 0 && at > c->timeout) {
        np_turn_fail(t, NP_TIMED_OUT, 0);
        np_turn_stop(t, at, 1);
        return 0;
    }
    if (c->load != NULL) {
        if (np_turn_serve(t, at) != 0) {
            return -1;
        }
    } else if (t->ended && at > t->ended_at + c->linger) {
        t->r->lingered = 1;
        np_turn_stop(t, at, 1);
    }
    if (t->stop != NP_STOP_NOT) {
        return 0;
    }
    if (c->progress != NULL) {
        c->progress(c->data, at, t->r);
    }
    return np_sampler_tick(c->sampler, t->r, at, t->phase, 0, t->helper);
}


static void
np_turn_wait(np_turn_t *t, double at)
{
    struct pollfd fds[] = {
        {t->config->signals, POLLIN, 0},
        {t->out, POLLIN, 0},
        {t->err, POLLIN, 0},
        {t->exec, POLLIN, 0},
    };
    double          sleep = NP_TURN_SLEEP_MAX;
    struct timespec ts;

    if (t->executed && t->stop == NP_STOP_NOT) {
        sleep = t->config->sampler->next - at;
        sleep = sleep < NP_TURN_SLEEP_MIN ? NP_TURN_SLEEP_MIN : sleep;
        sleep = sleep > NP_TURN_SLEEP_MAX ? NP_TURN_SLEEP_MAX : sleep;
    }
    ts.tv_sec = 0;
    ts.tv_nsec = (long) (sleep * 1e9);
    (void) ppoll(fds, 4, &ts, NULL);
    if (fds[1].revents != 0) {
        np_turn_output(t);
    }
    if (fds[2].revents != 0) {
        np_turn_errors(t);
    }
    if (t->exec != -1 && fds[3].revents != 0) {
        np_turn_exec(t);
    }
    np_turn_signal(t, at);
}


/* three pipes, and standard input: a file that can be opened again is read
 * from its beginning in every run, anything else is not shared out */
static int
np_turn_open(np_turn_t *t, np_launch_t *l)
{
    int         out[2] = {-1, -1}, err[2] = {-1, -1}, exec[2] = {-1, -1};
    struct stat st;
    int         file = fstat(0, &st) == 0 && S_ISREG(st.st_mode);

    l->in = open(file ? "/proc/self/fd/0" : "/dev/null", O_RDONLY | O_CLOEXEC);
    if (l->in == -1 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0
        || pipe2(exec, O_CLOEXEC) != 0) {
        return -1;
    }
    t->out = out[0];
    t->err = err[0];
    t->exec = exec[0];
    t->err_write = l->err = err[1];
    l->out = out[1];
    l->exec = exec[1];
    (void) fcntl(t->out, F_SETFL, O_NONBLOCK);
    (void) fcntl(t->err, F_SETFL, O_NONBLOCK);
    (void) fcntl(t->exec, F_SETFL, O_NONBLOCK);
    (void) fcntl(t->out, F_SETPIPE_SZ, NP_TURN_PIPE);
    return 0;
}


static void
np_turn_close(np_turn_t *t)
{
    const int fd[] = {t->out, t->err, t->exec, t->err_write};

    for (size_t i = 0; i < sizeof(fd) / sizeof(fd[0]); i++) {
        if (fd[i] != -1) {
            (void) close(fd[i]);
        }
    }
    (void) XXH3_freeState(t->hash);
}


/* a server that SIGTERM ended, in one way or the other, ended well */
static void
np_turn_judge(np_turn_t *t)
{
    int status = t->wait_status;
    int asked = t->stop != NP_STOP_NOT;

    if (asked && t->served
        && ((WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
            || (WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM))) {
        return;
    }
    if (WIFSIGNALED(status)) {
        np_turn_fail(t, NP_SIGNALLED, WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        np_turn_fail(t, NP_EXITED, WEXITSTATUS(status));
    } else if (t->config->load != NULL && !t->served) {
        /* it ended by itself before it was asked to */
        np_turn_fail(t, t->phase == NP_PHASE_START ? NP_NOT_READY : NP_EXITED,
                     0);
    }
}


static void
np_turn_finish(np_turn_t *t)
{
    XXH128_canonical_t h;
    np_run_t          *r = t->r;

    np_turn_output(t);
    np_turn_errors(t);
    np_escape_line(r->tail);
    XXH128_canonicalFromHash(&h, XXH3_128bits_digest(t->hash));
    for (size_t i = 0; i < sizeof(h.digest); i++) {
        (void) snprintf(r->out_hash + 2 * i, 3, "%02x", h.digest[i]);
    }
    r->value[NP_METRIC_WALL] = t->ended_at;
    np_run_levels(r);
    np_turn_judge(t);
}


static np_turn_e
np_turn_loop(np_turn_t *t)
{
    while (np_turn_reap(t)) {
        double at = np_turn_now() - t->began;

        if (np_turn_advance(t, at) != 0) {
            t->stop = NP_STOP_KILL;
            while (np_turn_reap(t)) {
                np_turn_stop_more(t, at);
            }
            return NP_TURN_NO_MEMORY;
        }
        np_turn_wait(t, at);
    }
    if (t->exec != -1) {
        np_turn_exec(t);
    }
    np_turn_signal(t, 0);
    np_turn_finish(t);
    if (t->interrupted) {
        return NP_TURN_INTERRUPTED;
    }
    if (t->failed != 0) {
        errno = t->failed;
        return NP_TURN_NOT_STARTED;
    }
    return NP_TURN_DONE;
}


np_turn_e
np_turn_play(const np_turn_config_t *config, const np_allocator_t *a,
             const char *report, np_run_t *r, int *signal)
{
    np_turn_t   t = {.config = config,
                     .library = a->path,
                     .r = r,
                     .out = -1,
                     .err = -1,
                     .exec = -1,
                     .err_write = -1};
    np_launch_t l = {.argv = config->argv,
                     .preload = a->path,
                     .behind = a->behind,
                     .report = report,
                     .advice = a->advice,
                     .cpus = config->cpus};
    np_turn_e   end = NP_TURN_NOT_STARTED;
    int         err;

    t.phase = config->load != NULL ? NP_PHASE_START : NP_PHASE_RUN;
    t.hash = XXH3_createState();
    if (t.hash == NULL) {
        return NP_TURN_NO_MEMORY;
    }
    (void) XXH3_128bits_reset(t.hash);
    np_cgroup_begin(config->cgroup);
    l.cgroup = config->cgroup->procs;
    if (np_turn_open(&t, &l) == 0) {
        np_sampler_begin(config->sampler, config->interval);
        t.began = np_turn_now();
        t.command = np_launch_command(&l);
        (void) close(l.in);
        (void) close(l.out);
        (void) close(l.exec);
        if (t.command != -1) {
            end = np_turn_loop(&t);
        }
    }
    err = errno;
    *signal = t.interrupted;
    r->value[NP_METRIC_CGROUP] = np_cgroup_end(config->cgroup);
    np_turn_close(&t);
    errno = err;
    return end;
}
