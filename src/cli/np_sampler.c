/*
 * Samples the memory of a process tree; see the header for budgets.
 *
 * A child of vfork() or posix_spawn() shares its parent's memory until it
 * execs: kcmp() finds such twins, and they count once.
 */
#include "config.h"

#include "cli/np_sampler.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* shares of one CPU, light and full, and seconds free at the start */
static const double np_sampler_share[2] = {0.002, 0.007};
#define NP_SAMPLER_ALLOWANCE 0.001

/* the interval begins at this and grows with the time that has passed to the
 * one asked for, so that a command of ten milliseconds has a curve, too */
#define NP_SAMPLER_FIRST 0.001
static const double np_sampler_ramp[2] = {0.1, 0.25};

typedef struct {
    uint64_t rss;
    uint64_t pss;
    uint64_t dirty;
} np_sampler_memory_t;


int
np_sampler_init(np_sampler_t *s, const char *proc, pid_t root)
{
    memset(s, 0, sizeof(*s));
    s->root = root;
    return np_family_init(&s->family, proc);
}


void
np_sampler_fini(np_sampler_t *s)
{
    np_family_fini(&s->family);
}


void
np_sampler_begin(np_sampler_t *s, double interval)
{
    s->interval = interval;
    s->cost[0] = s->cost[1] = 0;
    s->price[0] = s->price[1] = 0;
    /* right after exec there is nothing but the kernel's own pages */
    s->next = s->next_full = NP_SAMPLER_FIRST;
    s->last_full = 0;
    s->unreadable = s->vanished = 0;
}


/* the length read, 0 when there is nothing (a zombie has empty files), -1 and
 * errno otherwise */
static ssize_t
np_sampler_read(np_sampler_t *s, pid_t pid, const char *name, char *buf,
                size_t size)
{
    char    path[48];
    int     fd, err;
    ssize_t n;

    (void) snprintf(path, sizeof(path), "%d/%s", (int) pid, name);
    fd = openat(s->family.proc, path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }
    n = read(fd, buf, size - 1);
    err = errno;
    (void) close(fd);
    buf[n > 0 ? n : 0] = '\0';
    errno = err;
    return n;
}


/* bytes; 0 when the key is not there */
static uint64_t
np_sampler_field(const char *text, const char *key)
{
    const char        *p = strstr(text, key);
    unsigned long long kib = 0;

    if (p == NULL || sscanf(p + strlen(key), "%llu kB", &kib) != 1) {
        return 0;
    }
    return kib * 1024;
}


static int
np_sampler_statm(np_sampler_t *s, pid_t pid, np_sampler_memory_t *m)
{
    char               buf[128];
    unsigned long long resident, shared;
    uint64_t           page = (uint64_t) sysconf(_SC_PAGESIZE);

    if (np_sampler_read(s, pid, "statm", buf, sizeof(buf)) <= 0
        || sscanf(buf, "%*u %llu %llu", &resident, &shared) != 2) {
        return -1;
    }
    m->rss = resident * page;
    m->pss = m->rss;
    m->dirty = shared < resident ? (resident - shared) * page : 0;
    return 0;
}


/* 0: sampled, -1: it is gone */
static int
np_sampler_one(np_sampler_t *s, pid_t pid, int full, np_sampler_memory_t *m)
{
    char    buf[2048];
    ssize_t n;

    if (!full) {
        return np_sampler_statm(s, pid, m);
    }
    n = np_sampler_read(s, pid, "smaps_rollup", buf, sizeof(buf));
    if (n > 0 && strstr(buf, "\nRss:") != NULL) {
        m->rss = np_sampler_field(buf, "\nRss:");
        m->pss = np_sampler_field(buf, "\nPss:");
        m->dirty = np_sampler_field(buf, "\nPrivate_Dirty:");
        return 0;
    }
    if (np_sampler_statm(s, pid, m) != 0) {
        return -1;
    }
    /* an exiting process has statm, but no memory that could be walked */
    s->unreadable += m->rss != 0;
    return 0;
}


static double
np_sampler_cpu(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


int
np_sampler_take(np_sampler_t *s, np_sample_t *sample, double at, int full,
                const pid_t *except)
{
    np_sampler_memory_t m;
    np_family_t        *f = &s->family;

    memset(sample, 0, sizeof(*sample));
    sample->at = at;
    sample->full = full != 0;
    if (np_family_collect(f, s->root, except) != 0) {
        return -1;
    }
    for (size_t i = 0; i < f->n; i++) {
        const np_family_member_t *p = &f->v[i];

        if (p->parent != s->root
            && syscall(SYS_kcmp, p->pid, p->parent, KCMP_VM, 0, 0) == 0) {
            continue;
        }
        if (np_sampler_one(s, p->pid, full, &m) != 0) {
            s->vanished++;
            continue;
        }
        sample->rss += m.rss;
        sample->pss += m.pss;
        sample->dirty += m.dirty;
        sample->processes += m.rss != 0;
    }
    return 0;
}


static int
np_sampler_affordable(const np_sampler_t *s, int full, double at)
{
    return s->cost[full] + s->price[full]
           <= NP_SAMPLER_ALLOWANCE + np_sampler_share[full] * at;
}


static double
np_sampler_step(const np_sampler_t *s, int full, double at)
{
    double step = at * np_sampler_ramp[full];

    step = step < NP_SAMPLER_FIRST ? NP_SAMPLER_FIRST : step;
    return step < s->interval ? step : s->interval;
}


int
np_sampler_tick(np_sampler_t *s, np_run_t *r, double at, np_phase_e phase,
                int force, const pid_t *except)
{
    np_sample_t sample;
    double      cpu;
    int         full;

    if (!force && at < s->next) {
        return 0;
    }
    s->next = at + np_sampler_step(s, 0, at);
    full = force || (at >= s->next_full && np_sampler_affordable(s, 1, at));
    if (!full && !np_sampler_affordable(s, 0, at)) {
        return 0;
    }
    cpu = np_sampler_cpu();
    if (np_sampler_take(s, &sample, at, full, except) != 0) {
        return -1;
    }
    sample.phase = (uint8_t) phase;
    if (full) {
        double gap = at - s->last_full;

        r->full_gap = gap > r->full_gap ? gap : r->full_gap;
        s->last_full = at;
        s->next_full = at + np_sampler_step(s, 1, at);
    }
    if (sample.processes != 0) {
        r->processes = sample.processes > r->processes ? sample.processes
                                                       : r->processes;
        if (np_samples_add(&r->samples, &sample) != 0) {
            return -1;
        }
    }
    s->price[full] = np_sampler_cpu() - cpu;
    s->cost[full] += s->price[full];
    r->cost = s->cost[0] + s->cost[1];
    r->unreadable = s->unreadable;
    return 0;
}
