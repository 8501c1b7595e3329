/*
 * One run: its samples, and what follows from them.
 */
#include "config.h"

#include "report/np_run.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "report/np_human.h"

const char *const np_phase_name[NP_PHASES] = {
    "run", "start", "before", "load", "after", "idle",
};

#define S NP_UNIT_SECONDS
#define B NP_UNIT_BYTES
#define N NP_UNIT_COUNT

const np_metric_t np_metric[NP_METRICS] = {
    {"wall_s", "wall time", "until the command itself ended", S, 1, -1},
    {"cpu_s", "CPU time", "user + sys of all its processes", S, 1, 0},
    {"user_s", "user", "CPU time in user mode", S, 0, 0},
    {"sys_s", "sys", "CPU time in the kernel", S, 0, 0},
    {"rss_peak_bytes", "peak RSS",
     "largest sum over the process tree, at least HWM", B, 1, 0},
    {"rss_mean_bytes", "mean RSS", "weighted by time", B, 1, 0},
    {"rss_final_bytes", "final RSS", "the last sample", B, 0, 0},
    {"pss_peak_bytes", "peak PSS", "shared pages count once", B, 0, 0},
    {"pss_mean_bytes", "mean PSS", "weighted by time", B, 0, 0},
    {"pss_final_bytes", "final PSS", "the last sample", B, 0, 0},
    {"dirty_peak_bytes", "peak private dirty", "", B, 0, 0},
    {"dirty_mean_bytes", "mean private dirty", "weighted by time", B, 0, 0},
    {"dirty_final_bytes", "final private dirty", "the last sample", B, 0, 0},
    {"hwm_bytes", "HWM of largest process",
     "the kernel's high-water mark of RSS", B, 0, 0},
    {"cgroup_peak_bytes", "cgroup peak", "memory.peak, page cache included", B,
     0, 0},
    {"rss_before_bytes", "RSS before load", "the last sample before it", B, 0,
     1},
    {"rss_load_bytes", "peak RSS under load", "", B, 0, 1},
    {"rss_after_bytes", "RSS after load", "the last sample at its end", B, 1,
     1},
    {"rss_idle_bytes", "RSS after idling", "the last sample", B, 1, 1},
    {"load_wall_s", "time of the load", "of the load generator", S, 1, 1},
    {"minor_faults", "minor faults", "pages mapped without reading", N, 0, 0},
    {"major_faults", "major faults", "pages read from a file", N, 0, 0},
    {"voluntary_switches", "voluntary switches", "the program waited", N, 0,
     0},
    {"involuntary_switches", "involuntary switches", "it was made to wait", N,
     0, 0},
};

#undef S
#undef B
#undef N


int
np_samples_add(np_samples_t *s, const np_sample_t *sample)
{
    if (s->n == s->room) {
        size_t room = s->room == 0 ? 1024 : 2 * s->room;
        void  *v;

        if (s->v == NULL) {
            v = mmap(NULL, room * sizeof(*s->v), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        } else {
            v = mremap(s->v, s->room * sizeof(*s->v), room * sizeof(*s->v),
                       MREMAP_MAYMOVE);
        }
        if (v == MAP_FAILED) {
            return -1;
        }
        (void) madvise(v, room * sizeof(*s->v), MADV_DONTFORK);
        s->v = v;
        s->room = room;
    }
    s->v[s->n++] = *sample;
    return 0;
}


void
np_samples_free(np_samples_t *s)
{
    if (s->v != NULL) {
        (void) munmap(s->v, s->room * sizeof(*s->v));
    }
    s->v = NULL;
    s->n = s->room = 0;
}


void
np_run_init(np_run_t *r, unsigned allocator, unsigned round)
{
    memset(r, 0, sizeof(*r));
    r->allocator = allocator;
    r->round = round;
    r->loaded = -1;
    for (int m = 0; m < NP_METRICS; m++) {
        r->value[m] = NAN;
    }
}


void
np_run_free(np_run_t *r)
{
    np_samples_free(&r->samples);
}


static double
np_run_level(const np_sample_t *s, np_metric_e peak)
{
    switch (peak) {
    case NP_METRIC_RSS_PEAK:
        return (double) s->rss;
    case NP_METRIC_PSS_PEAK:
        return s->full ? (double) s->pss : NAN;
    default:
        return s->full ? (double) s->dirty : NAN;
    }
}


/* peak, mean and final stand one behind the other in np_metric_e */
static void
np_run_level_three(np_run_t *r, np_metric_e peak)
{
    double area = 0, first = 0, at = 0, last = NAN, top = NAN, v;

    for (size_t i = 0; i < r->samples.n; i++) {
        const np_sample_t *s = &r->samples.v[i];

        v = np_run_level(s, peak);
        if (isnan(v)) {
            continue;
        }
        if (isnan(last)) {
            first = s->at;
            top = v;
        } else {
            area += (s->at - at) * (v + last) / 2;
        }
        top = v > top ? v : top;
        last = v;
        at = s->at;
    }
    r->value[peak] = top;
    r->value[peak + 1] = at > first ? area / (at - first) : last;
    r->value[peak + 2] = last;
}


void
np_run_levels(np_run_t *r)
{
    double hwm = r->value[NP_METRIC_HWM];

    np_run_level_three(r, NP_METRIC_RSS_PEAK);
    np_run_level_three(r, NP_METRIC_PSS_PEAK);
    np_run_level_three(r, NP_METRIC_DIRTY_PEAK);
    if (!isnan(hwm) && !(r->value[NP_METRIC_RSS_PEAK] >= hwm)) {
        r->value[NP_METRIC_RSS_PEAK] = hwm;
    }
    for (size_t i = 0; i < r->samples.n; i++) {
        const np_sample_t *s = &r->samples.v[i];
        double             rss = (double) s->rss;

        switch ((np_phase_e) s->phase) {
        case NP_PHASE_BEFORE:
            r->value[NP_METRIC_BEFORE] = rss;
            break;
        case NP_PHASE_LOAD:
            if (!(r->value[NP_METRIC_LOAD] >= rss)) {
                r->value[NP_METRIC_LOAD] = rss;
            }
            break;
        case NP_PHASE_AFTER:
            r->value[NP_METRIC_AFTER] = rss;
            break;
        case NP_PHASE_IDLE:
            r->value[NP_METRIC_IDLE] = rss;
            break;
        default:
            break;
        }
    }
}


const char *
np_run_outcome(const np_run_t *r, char *buf, size_t size)
{
    const char *sig;

    switch (r->outcome) {
    case NP_OK:
        return "";
    case NP_EXITED:
        (void) snprintf(buf, size, "exit status %d", r->status);
        break;
    case NP_SIGNALLED:
        sig = sigabbrev_np(r->status);
        (void) snprintf(buf, size, "killed by SIG%s", sig == NULL ? "?" : sig);
        break;
    case NP_TIMED_OUT:
        return "timed out";
    case NP_NOT_READY:
        return "the server was not ready in time";
    case NP_LOAD_FAILED:
        (void) snprintf(buf, size, "the load ended with status %d", r->status);
        break;
    case NP_DIFFERS:
        return "its output differs";
    }
    return buf;
}


const char *
np_metric_human(np_metric_e m, double v, char *buf)
{
    switch (np_metric[m].unit) {
    case NP_UNIT_SECONDS:
        return np_human_seconds(buf, v);
    case NP_UNIT_BYTES:
        return np_human_bytes(buf, v);
    default:
        return np_human_count(buf, v);
    }
}
