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
 *
 * A run belongs to the statistics if and only if its outcome is NP_OK.
 */

#include <stddef.h>
#include <stdint.h>

#include "report/np_run.h"
#include "report/np_statistics.h"

#define NP_ALLOCATORS_MAX 16
#define NP_NAME_SIZE      25

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
    char *path;   /* "" = nothing is preloaded */
    char *behind; /* LD_PRELOAD has it behind path; NULL = nothing */
    char *advice; /* NGXPOOL_ADVICE, "" = none, and no profile in either case;
                   * NULL = as they are */
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

/* sets c->differs when standard outputs differ, and marks runs as NP_DIFFERS
 * whose output is not that of the base.  When the base's own runs differ, no
 * run is to blame and none is marked. */
void np_comparison_outputs(np_comparison_t *c);

/* the remarks a reader needs to trust the numbers, one call each */
void np_comparison_remarks(const np_comparison_t *c,
                           void (*say)(void *data, const char *line),
                           void *data);

#endif
