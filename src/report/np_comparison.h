#ifndef NP_COMPARISON_H
#define NP_COMPARISON_H

/*
 * The result of `ngxpool compare`: one command, several allocators, several
 * runs of each.  src/cli measures and fills it in; the np_compare_*.c files
 * render it.  One thread.
 *
 *      np_comparison_t
 *        +-- allocator[0 .. nallocators-1]      in the order of --with
 *        +-- run[0 .. nruns-1]                  in the order they ran
 *              +-- value[NP_METRICS]            NaN = not measured
 *              +-- samples                      np_sample_t, in time order
 *
 * A run belongs to the statistics if and only if its outcome is NP_OK.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/np_statistics.h"

#define NP_ALLOCATORS_MAX 16
#define NP_NAME_SIZE      25
#define NP_HASH_SIZE      33 /* 128 bits in hexadecimal, and a NUL */

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
    int         loaded;     /* the library was seen mapped: 1, 0, -1 unknown */
    const char *own;      /* a replacing malloc among its libraries, or NULL */
    int         lingered; /* descendants outlived the command, were stopped */
} np_run_t;

/* where the RSS of a process under libngxpool is; bytes */
typedef struct {
    int    known;
    char   why[160]; /* when it is not */
    double live;
    double slack;
    double holes;
    double retained;
    double metadata;
    double rest;
} np_where_t;

typedef struct {
    char  name[NP_NAME_SIZE];
    char *path; /* "" = nothing is preloaded */
} np_allocator_t;

/* outputs differ, and that is an error */
#define NP_DIFFERS_BETWEEN 1 /* allocators */
#define NP_DIFFERS_ALWAYS  2 /* between runs of the base, too */

typedef struct {
    char         **command; /* NULL at the end */
    char          *line;    /* the same for people, quoted for the shell */
    const char    *load;    /* NULL: not a server */
    double         idle;
    np_allocator_t allocator[NP_ALLOCATORS_MAX];
    unsigned       nallocators;
    unsigned       base; /* the allocator ratios are taken to */
    np_run_t      *run;
    unsigned       nruns;
    unsigned       rounds; /* asked for */
    unsigned       warmup;
    uint64_t       seed;
    double         interval; /* asked for, seconds */
    const char    *pin;      /* NULL: not pinned */
    char           date[32];
    char           machine[256];
    char           cgroup[160]; /* "" or why there is no cgroup peak */
    np_where_t     where;       /* of the allocator called "ngxpool" */
    int            interrupted;
    int            differs; /* 0, or NP_DIFFERS_ */
} np_comparison_t;

/* appends; -1 when memory runs out */
int  np_samples_add(np_samples_t *s, const np_sample_t *sample);
void np_samples_free(np_samples_t *s);

/* all values NaN, no samples */
void np_run_init(np_run_t *r, unsigned allocator, unsigned round);
void np_run_free(np_run_t *r);

/* computes the RSS, PSS, dirty and phase metrics from the samples; HWM must
 * be set before, if it is known: no peak of a tree is below it */
void np_run_levels(np_run_t *r);

/* one line for people, "killed by SIGSEGV"; "" when all went well */
const char *np_run_outcome(const np_run_t *r, char *buf, size_t size);

/* whether the metric is one of those that decide, for this comparison */
int np_comparison_headline(const np_comparison_t *c, np_metric_e m);

/* the values of one metric over the good runs of one allocator, in v[] which
 * has room for c->nruns; returns their number */
size_t np_comparison_values(const np_comparison_t *c, unsigned allocator,
                            np_metric_e m, double *v);

/* -1 when memory runs out */
int np_comparison_summary(const np_comparison_t *c, unsigned allocator,
                          np_metric_e m, np_summary_t *s);
int np_comparison_ratio(const np_comparison_t *c, unsigned allocator,
                        np_metric_e m, np_ratio_t *r);

/* whether a metric was measured in any run */
int np_comparison_has(const np_comparison_t *c, np_metric_e m);

/* the good run whose peak RSS is the median one, NULL when there is none */
const np_run_t *np_comparison_typical(const np_comparison_t *c,
                                      unsigned               allocator);

/* runs of the allocator, and how many of them are not NP_OK */
unsigned np_comparison_failures(const np_comparison_t *c, unsigned allocator,
                                unsigned *runs);

/* one value in the unit of its metric */
const char *np_metric_human(np_metric_e m, double v, char *buf);

/* sets c->differs when standard outputs differ, and marks runs as NP_DIFFERS
 * whose output is not that of the base.  When the base's own runs differ, no
 * run is to blame and none is marked. */
void np_comparison_outputs(np_comparison_t *c);

/* the remarks a reader needs to trust the numbers, one call each */
void np_comparison_remarks(const np_comparison_t *c,
                           void (*say)(void *data, const char *line),
                           void *data);

#endif
