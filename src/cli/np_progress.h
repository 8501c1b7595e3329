#ifndef NP_PROGRESS_H
#define NP_PROGRESS_H

/*
 * One line on a terminal that says how far a comparison is; nothing at all
 * when standard error is not a terminal.
 */

#include "report/np_comparison.h"

typedef struct {
    int         on;
    unsigned    done; /* turns */
    unsigned    all;
    const char *what;  /* "warm-up", or the allocator's name */
    double      began; /* of the comparison, CLOCK_MONOTONIC */
    double      shown; /* when the line was last written */
} np_progress_t;

void np_progress_init(np_progress_t *p, unsigned all);

/* fits np_turn_config_t: data is the np_progress_t */
void np_progress_show(void *data, double elapsed, const np_run_t *r);

/* wipes the line */
void np_progress_clear(np_progress_t *p);

#endif
