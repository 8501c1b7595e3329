#ifndef NP_VERDICT_H
#define NP_VERDICT_H

/*
 * The verdict on a change: a comparison of two, before and after, told in a
 * table and one sentence that says plainly whether it helps.  From four runs
 * of each the rank test of np_statistics_ratio() decides; with fewer, a
 * difference counts when all runs of one are on the same side of all runs of
 * the other.  Less than a hundredth is no difference in either case.
 */

#include <stdio.h>

#include "report/np_comparison.h"

/* base: before; the other allocator: after.  what: "the advice".  -1: no
 * memory */
int np_verdict_print(FILE *f, const np_comparison_t *c, const char *what);

/* of one metric, after against before */
np_verdict_e np_verdict_metric(const np_comparison_t *c, np_metric_e m,
                               double *ratio);

#endif
