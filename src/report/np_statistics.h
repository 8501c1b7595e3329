#ifndef NP_STATISTICS_H
#define NP_STATISTICS_H

/*
 * What can honestly be said about a handful of measurements.  Pure functions
 * over arrays of doubles; they change nothing but what they are given to
 * fill, allocate for themselves, and may be called from anywhere.
 */

#include <stddef.h>

/* NaN everywhere, and n == 0, when there is no value */
typedef struct {
    size_t n;
    double min;
    double low; /* first quartile */
    double median;
    double high; /* third quartile */
    double max;
    double spread; /* 1.4826 * median absolute deviation: a robust sigma */
} np_summary_t;

typedef enum {
    NP_VERDICT_NONE = 0, /* too few values, or a zero to divide by */
    NP_VERDICT_NOISE,    /* the interval holds 1 */
    NP_VERDICT_LESS,
    NP_VERDICT_MORE
} np_verdict_e;

typedef struct {
    double       ratio; /* NaN when there is none */
    double       low;   /* NaN when there are too few values */
    double       high;
    np_verdict_e verdict;
} np_ratio_t;

/* the level of confidence of np_ratio_t's interval, at least */
#define NP_CONFIDENCE 0.95

/* summarises v[0..n-1]; NaNs among them count as not measured.  Quartiles are
 * linear interpolations between order statistics (Hyndman & Fan's type 7).
 * Returns -1 when memory runs out. */
int np_statistics_summary(np_summary_t *s, const double *v, size_t n);

/*
 * How many times larger the values of `a` are than those of `b`: the median
 * of all pairwise ratios a[i] / b[j] (the estimator of Hodges and Lehmann, on
 * a logarithmic scale) and the interval that belongs to the exact rank sum
 * test of Wilcoxon, Mann and Whitney.  It holds the true ratio in at least 95
 * of 100 cases whatever the distribution, from four values on each side; the
 * bootstrap, with so few values, holds it in some 85.  Below that there is a
 * ratio without an interval.
 * Returns -1 when memory runs out.
 */
int np_statistics_ratio(np_ratio_t *r, const double *a, size_t na,
                        const double *b, size_t nb);

#endif
