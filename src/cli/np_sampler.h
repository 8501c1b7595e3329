#ifndef NP_SAMPLER_H
#define NP_SAMPLER_H

/*
 * Samples the memory of a process tree.  A light sample reads statm of each
 * process (RSS); a full one reads smaps_rollup as well (PSS, private dirty),
 * which costs the kernel a walk of the page tables: some 10 us per MiB.
 *
 * Each kind has its budget of CPU time, a share of the time that has passed:
 * a sample that is due but not affordable is left out, so that the interval
 * grows with the price.  Both together stay below 1 % of one CPU, but for a
 * small allowance at the start, from which short commands are sampled.
 *
 * Processes that vanish between two reads, and entries that cannot be read,
 * are survived and counted.  One thread.
 */

#include "cli/np_family.h"
#include "report/np_comparison.h"

typedef struct {
    np_family_t family;
    pid_t       root;
    double      interval; /* seconds */
    double      cost[2];  /* CPU seconds spent: light, full */
    double      price[2]; /* of the last sample of the kind */
    double      next;     /* when the next sample is due */
    double      next_full;
    double      last_full;
    unsigned    unreadable;
    unsigned    vanished;
} np_sampler_t;

/* samples the descendants of root; proc is "/proc" but for tests.  -1: errno
 * says why. */
int  np_sampler_init(np_sampler_t *s, const char *proc, pid_t root);
void np_sampler_fini(np_sampler_t *s);

/* before each run: seconds between samples */
void np_sampler_begin(np_sampler_t *s, double interval);

/* one sample at time `at`; the subtrees of except[], which 0 ends, are left
 * out.  -1 when memory runs out. */
int np_sampler_take(np_sampler_t *s, np_sample_t *sample, double at, int full,
                    const pid_t *except);

/* takes the sample that is due at `at` and affordable, and appends it to the
 * run's.  `force` makes it a full one, now.  -1 when memory runs out. */
int np_sampler_tick(np_sampler_t *s, np_run_t *r, double at, np_phase_e phase,
                    int force, const pid_t *except);

#endif
