#ifndef NP_RUN_H
#define NP_RUN_H

/*
 * One run of a command under one allocator: what was measured, and the
 * samples it was computed from.  One thread.
 *
 *      np_run_t
 *        +-- value[NP_METRICS]            NaN = not measured
 *        +-- samples                      np_sample_t, in time order
 */

#include <stddef.h>
#include <stdint.h>

#define NP_HASH_SIZE 33 /* 128 bits in hexadecimal, and a NUL */

/* what happened while a sample was taken; servers pass through all but RUN */
typedef enum {
    NP_PHASE_RUN = 0,
    NP_PHASE_START,  /* until the server listens */
    NP_PHASE_BEFORE, /* it listens, no load yet */
    NP_PHASE_LOAD,
    NP_PHASE_AFTER, /* the load has just ended */
    NP_PHASE_IDLE,
    NP_PHASES
} np_phase_e;

extern const char *const np_phase_name[NP_PHASES];

/* the whole process tree at one moment */
typedef struct {
    double   at;    /* seconds since the command's exec */
    uint64_t rss;   /* bytes; pages shared by n processes count n times */
    uint64_t pss;   /* bytes; such pages count once.  Only when full */
    uint64_t dirty; /* private dirty bytes.  Only when full */
    uint32_t processes;
    uint8_t  phase; /* np_phase_e */
    uint8_t  full;  /* smaps_rollup was read */
} np_sample_t;

/* a growing array that a forked child does not inherit: the child's peak RSS,
 * which exec does not reset, must not be ours */
typedef struct {
    np_sample_t *v;
    size_t       n;
    size_t       room;
} np_samples_t;

typedef enum {
    NP_METRIC_WALL = 0,
    NP_METRIC_CPU,
    NP_METRIC_USER,
    NP_METRIC_SYS,
    NP_METRIC_RSS_PEAK,
    NP_METRIC_RSS_MEAN,
    NP_METRIC_RSS_FINAL,
    NP_METRIC_PSS_PEAK,
    NP_METRIC_PSS_MEAN,
    NP_METRIC_PSS_FINAL,
    NP_METRIC_DIRTY_PEAK,
    NP_METRIC_DIRTY_MEAN,
    NP_METRIC_DIRTY_FINAL,
    NP_METRIC_HWM,
    NP_METRIC_CGROUP,
    NP_METRIC_BEFORE,
    NP_METRIC_LOAD,
    NP_METRIC_AFTER,
    NP_METRIC_IDLE,
    NP_METRIC_LOAD_WALL,
    NP_METRIC_MINFLT,
    NP_METRIC_MAJFLT,
    NP_METRIC_VCSW,
    NP_METRIC_IVCSW,
    NP_METRICS
} np_metric_e;

typedef enum {
    NP_UNIT_SECONDS = 0,
    NP_UNIT_BYTES,
    NP_UNIT_COUNT
} np_unit_e;

typedef struct {
    const char *key;   /* in JSON and CSV; the unit is part of it */
    const char *title; /* for people */
    const char *help;
    np_unit_e   unit;
    int         headline; /* shown with spread and interval */
    int         server;   /* 1: only with a load generator, -1: headline only
                             without */
} np_metric_t;

extern const np_metric_t np_metric[NP_METRICS];

typedef enum {
    NP_OK = 0,
    NP_EXITED,    /* status: exit status, not 0 */
    NP_SIGNALLED, /* status: signal */
    NP_TIMED_OUT,
    NP_NOT_READY,   /* the server did not listen in time */
    NP_LOAD_FAILED, /* status: the load generator's exit status */
    NP_DIFFERS      /* standard output is not as under the base */
} np_outcome_e;

#define NP_TAIL_SIZE 512

typedef struct {
    unsigned     allocator; /* index */
    unsigned     round;     /* from 1 */
    np_outcome_e outcome;
    int          status;
    double       value[NP_METRICS];
    np_samples_t samples;
    uint64_t     out_bytes; /* of standard output */
    char         out_hash[NP_HASH_SIZE];
    char         tail[NP_TAIL_SIZE]; /* the end of standard error */

    double      cost;       /* CPU seconds the sampler took */
    double      full_gap;   /* longest time between two full samples */
    unsigned    unreadable; /* smaps_rollup of others' processes */
    unsigned    processes;  /* the most at one moment */
    int         loaded;     /* the library is mapped: 1, 0, -1 unknown */
    const char *own;      /* a replacing malloc among its libraries, or NULL */
    int         lingered; /* descendants outlived the command, were stopped */
} np_run_t;

/* appends; -1 when memory runs out */
int  np_samples_add(np_samples_t *s, const np_sample_t *sample);
void np_samples_free(np_samples_t *s);

/* all values NaN, no samples */
void np_run_init(np_run_t *r, unsigned allocator, unsigned round);
void np_run_free(np_run_t *r);

/* computes the RSS, PSS, dirty and phase metrics from the samples; HWM must
 * be set before, if it is known: no peak of a tree is below it */
void np_run_levels(np_run_t *r);

/* one line for people, "killed by SIGSEGV"; "" when all went well.  It is what
 * is returned, which need not be in buf. */
const char *np_run_outcome(const np_run_t *r, char *buf, size_t size);

/* one value in the unit of its metric */
const char *np_metric_human(np_metric_e m, double v, char *buf);

#endif
