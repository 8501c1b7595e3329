/*
 * A whole comparison.
 *
 * A round gives each allocator one turn, in an order of its own; rounds below
 * 1 warm up and are thrown away.
 */
#include "config.h"

#include "cli/np_session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/np_cli.h"
#include "cli/np_order.h"
#include "cli/np_progress.h"
#include "cli/np_turn.h"
#include "cli/np_where.h"

/* what a server may take to end */
#define NP_SESSION_GRACE 10.0

typedef struct {
    np_comparison_t *c;
    np_turn_config_t turn;
    np_progress_t    progress;
    np_cgroup_t      cgroup;
    np_sampler_t     sampler;
    cpu_set_t        own; /* where we were allowed to run */
    sigset_t         mask;
    int              signal; /* that ended it */
    int              wheres; /* turns that told where RSS goes */
    char            *err;
    size_t           size;
} np_session_t;


static int
np_session_fail(np_session_t *s, int status, const char *what)
{
    (void) snprintf(s->err, s->size, "%s: %s", what, strerror(errno));
    return status;
}


/* an NP_EXIT_ or 128 + N */
static int
np_session_turn(np_session_t *s, unsigned allocator, const char *report,
                np_run_t *r)
{
    const np_allocator_t *a = &s->c->allocator[allocator];
    int                   found;

    if (s->turn.load != NULL && s->turn.ready == NULL
        && np_turn_port_is_open(s->turn.port)) {
        (void) snprintf(s->err, s->size, "something else listens on port %u",
                        s->turn.port);
        return NP_EXIT_FAILED;
    }
    s->progress.what = r->round == 0 ? "warm-up" : a->name;
    switch (np_turn_play(&s->turn, a, report, r, &s->signal)) {
    case NP_TURN_DONE:
        s->progress.done++;
        return NP_EXIT_OK;
    case NP_TURN_INTERRUPTED:
        s->c->interrupted = 1;
        return 128 + s->signal;
    case NP_TURN_NO_MEMORY:
        errno = ENOMEM;
        return np_session_fail(s, NP_EXIT_TROUBLE, "sampling");
    default:
        found = errno != ENOENT && errno != ENOTDIR;
        return np_session_fail(s, found ? NP_EXIT_NOT_RUN : NP_EXIT_NOT_FOUND,
                               s->turn.argv[0]);
    }
}


/* a turn that is not measured and leaves reports in a directory */
static int
np_session_where(np_session_t *s, unsigned allocator)
{
    char        dir[256], report[300];
    const char *tmp = getenv("TMPDIR");
    np_run_t    r;
    int         status;

    (void) snprintf(dir, sizeof(dir), "%.200s/ngxpool-XXXXXX",
                    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    if (mkdtemp(dir) == NULL) {
        return np_session_fail(s, NP_EXIT_TROUBLE, dir);
    }
    (void) snprintf(report, sizeof(report), "%s/%%p.json", dir);
    np_run_init(&r, allocator, 0);
    status = np_session_turn(s, allocator, report, &r);
    if (status == NP_EXIT_OK) {
        np_where_read(&s->c->where, dir);
    }
    s->wheres++;
    np_where_remove(dir);
    np_run_free(&r);
    return status;
}


static int
np_session_is_ngxpool(const np_session_t *s, unsigned allocator)
{
    return strcmp(s->c->allocator[allocator].name, "ngxpool") == 0
           && s->c->allocator[allocator].path[0] != '\0';
}


static int
np_session_warm_up(np_session_t *s, unsigned allocator)
{
    np_run_t r;
    int      status;

    if (np_session_is_ngxpool(s, allocator) && s->wheres == 0) {
        return np_session_where(s, allocator);
    }
    np_run_init(&r, allocator, 0);
    status = np_session_turn(s, allocator, NULL, &r);
    np_run_free(&r);
    return status;
}


static int
np_session_measure(np_session_t *s, unsigned allocator, unsigned round)
{
    np_run_t *r = &s->c->run[s->c->nruns];
    int       status;

    np_run_init(r, allocator, round);
    status = np_session_turn(s, allocator, NULL, r);
    if (status == NP_EXIT_OK) {
        s->c->nruns++;
    } else {
        np_run_free(r);
    }
    return status;
}


static int
np_session_rounds(np_session_t *s)
{
    unsigned order[NP_ALLOCATORS_MAX], n = s->c->nallocators;
    int      status = NP_EXIT_OK;

    for (unsigned round = 0; round < s->c->warmup + s->c->rounds; round++) {
        np_order_round(order, n, s->c->seed, round);
        for (unsigned i = 0; i < n && status == NP_EXIT_OK; i++) {
            status = round < s->c->warmup
                         ? np_session_warm_up(s, order[i])
                         : np_session_measure(s, order[i],
                                              round - s->c->warmup + 1);
        }
    }
    for (unsigned a = 0; a < n && status == NP_EXIT_OK; a++) {
        if (np_session_is_ngxpool(s, a) && s->wheres == 0) {
            status = np_session_where(s, a);
        }
    }
    return status;
}


/* the measurer keeps off the CPUs of the measured, when it can */
static void
np_session_move_away(np_session_t *s, const cpu_set_t *theirs)
{
    cpu_set_t rest;

    CPU_XOR(&rest, &s->own, theirs);
    CPU_AND(&rest, &rest, &s->own);
    if (CPU_COUNT(&rest) != 0) {
        (void) sched_setaffinity(0, sizeof(rest), &rest);
    }
}


static void
np_session_configure(np_session_t *s, const np_compare_options_t *o)
{
    np_turn_config_t *t = &s->turn;

    t->argv = o->command;
    t->load = o->load;
    t->ready = o->ready;
    t->port = o->port;
    t->idle = o->idle;
    t->ready_timeout = o->ready_timeout;
    t->timeout = o->timeout;
    t->linger = o->linger;
    t->grace = NP_SESSION_GRACE;
    t->interval = o->interval;
    t->cpus = o->pin != NULL ? &o->cpus : NULL;
    t->cgroup = &s->cgroup;
    t->sampler = &s->sampler;
    t->progress = np_progress_show;
    t->data = &s->progress;
}


/* what was ignored before (nohup, a shell's background) stays ignored */
static void
np_session_signals(sigset_t *set)
{
    static const int end[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct sigaction was;

    (void) sigemptyset(set);
    (void) sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
        if (sigaction(end[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN) {
            (void) sigaddset(set, end[i]);
        }
    }
}


/* our children become those of every command: none may be there before */
static int
np_session_begin(np_session_t *s, const np_compare_options_t *o)
{
    const pid_t none = 0;
    sigset_t    set;

    np_session_configure(s, o);
    if (np_sampler_init(&s->sampler, "/proc", getpid()) != 0) {
        return np_session_fail(s, NP_EXIT_TROUBLE, "/proc");
    }
    if (np_family_collect(&s->sampler.family, getpid(), &none) != 0
        || s->sampler.family.n != 0) {
        (void) snprintf(s->err, s->size,
                        "started with children of another "
                        "program: it would end them, too");
        return NP_EXIT_TROUBLE;
    }
    np_session_signals(&set);
    (void) sigprocmask(SIG_BLOCK, &set, &s->mask);
    s->turn.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->turn.signals == -1 || np_launch_adopt() != 0) {
        return np_session_fail(s, NP_EXIT_TROUBLE, "starting");
    }
    np_cgroup_init(&s->cgroup, s->c->cgroup, sizeof(s->c->cgroup));
    np_progress_init(&s->progress,
                     (s->c->rounds + s->c->warmup) * s->c->nallocators);
    if (sched_getaffinity(0, sizeof(s->own), &s->own) == 0 && o->pin != NULL) {
        np_session_move_away(s, &o->cpus);
    }
    return NP_EXIT_OK;
}


int
np_session_play(np_comparison_t *c, const np_compare_options_t *o, char *err,
                size_t size)
{
    np_session_t s;
    int          status;

    memset(&s, 0, sizeof(s));
    s.c = c;
    s.err = err;
    s.size = size;
    err[0] = '\0';
    status = np_session_begin(&s, o);
    if (status != NP_EXIT_OK) {
        return status;
    }
    c->run = calloc((size_t) c->rounds * c->nallocators, sizeof(*c->run));
    if (c->run == NULL) {
        return np_session_fail(&s, NP_EXIT_TROUBLE, "starting");
    }
    status = np_session_rounds(&s);
    np_progress_clear(&s.progress);
    np_sampler_fini(&s.sampler);
    (void) close(s.turn.signals);
    (void) sigprocmask(SIG_SETMASK, &s.mask, NULL);
    return status;
}
