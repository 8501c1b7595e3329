#ifndef NP_LIMIT_H
#define NP_LIMIT_H

/*
 * Is a profile within its limits?  For `ngxpool check`.
 */

#include "report/np_text.h"

typedef enum {
    NP_LIMIT_PEAK = 0, /* bytes, the most that was live at once */
    NP_LIMIT_LIVE,     /* bytes, at the end */
    NP_LIMIT_ALLOCS,
    NP_LIMIT_TOTAL,  /* bytes allocated */
    NP_LIMIT_LEAKED, /* bytes live at the end at sites that have stacks */
    NP_LIMIT_RSS,    /* bytes, peak */
    NP_LIMITS
} np_limit_e;

typedef struct {
    const char *option; /* "max-peak" */
    const char *title;
    const char *help;
    int         bytes;
} np_limit_t;

extern const np_limit_t np_limit[NP_LIMITS];

/* what the limits are about; its standard error in *error */
double np_limit_value(const np_profile_t *p, np_limit_e i, double *error);

/* max[]: NaN is no limit.  base: NULL, or a profile none of whose figures may
 * be exceeded by more than percent.  Prints a line for each comparison and a
 * verdict; returns how many failed.  A figure that is not known is not within
 * its limit; with base it is left out */
unsigned np_limit_check(const np_text_t *t, const double max[NP_LIMITS],
                        const np_profile_t *base, double percent);

#endif
