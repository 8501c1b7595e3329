/*
 * Medians, spreads, and a distribution-free interval for a ratio: see the
 * header for what is estimated.
 *
 * The interval.  Sort the na * nb pairwise ratios into D(1) <= ... <= D(N).
 * With k the largest number for which the rank statistic U of two equal
 * populations satisfies P(U <= k) <= 0.025, the interval is D(k+1) .. D(N-k)
 * (Hollander & Wolfe, Nonparametric Statistical Methods, section 4.3).  U's
 * distribution is counted exactly: U + na(na+1)/2 is the sum of na different
 * ranks out of 1 .. na+nb.  Large samples take the normal approximation.
 */
#include "config.h"

#include "report/np_statistics.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* up to here the counts of rank sums are cheap and exact enough in doubles */
#define NP_EXACT_MAX 30

/* a difference that three decimals of a ratio cannot show is none */
#define NP_RESOLUTION 0.0005


static int
np_statistics_order(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;

    return (x > y) - (x < y);
}


/* v[] must be sorted; q in 0 .. 1 */
static double
np_statistics_quantile(const double *v, size_t n, double q)
{
    double at = q * (double) (n - 1);
    size_t i = (size_t) at;

    if (i + 1 >= n) {
        return v[n - 1];
    }
    return v[i] + (at - (double) i) * (v[i + 1] - v[i]);
}


int
np_statistics_summary(np_summary_t *s, const double *v, size_t n)
{
    double *w;

    s->n = 0;
    s->min = s->low = s->median = s->high = s->max = s->spread = NAN;
    w = malloc((n + 1) * sizeof(double));
    if (w == NULL) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (!isnan(v[i])) {
            w[s->n++] = v[i];
        }
    }
    if (s->n != 0) {
        qsort(w, s->n, sizeof(double), np_statistics_order);
        s->min = w[0];
        s->max = w[s->n - 1];
        s->low = np_statistics_quantile(w, s->n, 0.25);
        s->median = np_statistics_quantile(w, s->n, 0.5);
        s->high = np_statistics_quantile(w, s->n, 0.75);
        for (size_t i = 0; i < s->n; i++) {
            w[i] = fabs(w[i] - s->median);
        }
        qsort(w, s->n, sizeof(double), np_statistics_order);
        s->spread = 1.4826 * np_statistics_quantile(w, s->n, 0.5);
    }
    free(w);
    return 0;
}


/*
 * The largest k with P(U <= k) <= tail, or -1: how many of the pairwise
 * ratios are cut off at either end of the interval.  -2: out of memory.
 */
static long
np_statistics_cut(size_t na, size_t nb, double tail)
{
    size_t  n = na + nb, top = na * nb + na * (na + 1) / 2;
    size_t  least = na * (na + 1) / 2;
    double *ways, all = 0, sum = 0;
    long    k = -1;

    if (na > NP_EXACT_MAX || nb > NP_EXACT_MAX) {
        double mean = (double) (na * nb) / 2;
        double sigma = sqrt((double) (na * nb * (n + 1)) / 12);

        return (long) floor(mean - 1.959964 * sigma - 0.5);
    }
    /* ways[j * (top + 1) + s]: sets of j ranks whose sum is s */
    ways = calloc((na + 1) * (top + 1), sizeof(double));
    if (ways == NULL) {
        return -2;
    }
    ways[0] = 1;
    for (size_t rank = 1; rank <= n; rank++) {
        for (size_t j = na < rank ? na : rank; j >= 1; j--) {
            for (size_t s = top; s >= rank; s--) {
                ways[j * (top + 1) + s]
                    += ways[(j - 1) * (top + 1) + s - rank];
            }
        }
    }
    for (size_t s = least; s <= top; s++) {
        all += ways[na * (top + 1) + s];
    }
    for (size_t s = least; s <= top; s++) {
        sum += ways[na * (top + 1) + s];
        if (sum > tail * all) {
            break;
        }
        k++;
    }
    free(ways);
    return k;
}


static np_verdict_e
np_statistics_verdict(const np_ratio_t *r)
{
    if (r->low <= 1 && r->high >= 1) {
        return NP_VERDICT_NOISE;
    }
    if (fabs(r->ratio - 1) < NP_RESOLUTION) {
        return NP_VERDICT_NOISE;
    }
    return r->ratio < 1 ? NP_VERDICT_LESS : NP_VERDICT_MORE;
}


/* fills d[] with the ratios of measured pairs; 0 of them if a divisor is 0 */
static size_t
np_statistics_pairs(double *d, const double *a, size_t *na, const double *b,
                    size_t *nb)
{
    size_t n = 0, ma = 0, mb = 0;

    for (size_t j = 0; j < *nb; j++) {
        mb += !isnan(b[j]);
        if (b[j] <= 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < *na; i++) {
        if (isnan(a[i])) {
            continue;
        }
        ma++;
        for (size_t j = 0; j < *nb; j++) {
            if (!isnan(b[j])) {
                d[n++] = a[i] / b[j];
            }
        }
    }
    *na = ma;
    *nb = mb;
    return n;
}


int
np_statistics_ratio(np_ratio_t *r, const double *a, size_t na, const double *b,
                    size_t nb)
{
    double *d;
    size_t  n;
    long    k;

    r->ratio = r->low = r->high = NAN;
    r->verdict = NP_VERDICT_NONE;
    d = malloc((na * nb + 1) * sizeof(double));
    if (d == NULL) {
        return -1;
    }
    n = np_statistics_pairs(d, a, &na, b, &nb);
    if (n == 0) {
        free(d);
        return 0;
    }
    qsort(d, n, sizeof(double), np_statistics_order);
    r->ratio = np_statistics_quantile(d, n, 0.5);
    k = np_statistics_cut(na, nb, (1 - NP_CONFIDENCE) / 2);
    if (k >= 0) {
        r->low = d[k];
        r->high = d[n - 1 - (size_t) k];
        r->verdict = np_statistics_verdict(r);
    }
    free(d);
    return k == -2 ? -1 : 0;
}
