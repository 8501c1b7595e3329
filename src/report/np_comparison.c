/*
 * The result of a comparison: statistics over its runs, and what can be said
 * of their outputs and failures.
 */
#include "config.h"

#include "report/np_comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>


int
np_comparison_headline(const np_comparison_t *c, np_metric_e m)
{
    int server = c->load != NULL ? 1 : -1;

    return np_metric[m].headline
           && (np_metric[m].server == 0 || np_metric[m].server == server);
}


size_t
np_comparison_values(const np_comparison_t *c, unsigned allocator,
                     np_metric_e m, double *v)
{
    size_t n = 0;

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        if (r->allocator == allocator && r->outcome == NP_OK
            && !isnan(r->value[m])) {
            v[n++] = r->value[m];
        }
    }
    return n;
}


int
np_comparison_summary(const np_comparison_t *c, unsigned allocator,
                      np_metric_e m, np_summary_t *s)
{
    double *v = malloc((c->nruns + 1) * sizeof(double));
    int     rc = -1;

    if (v != NULL) {
        rc = np_statistics_summary(s, v,
                                   np_comparison_values(c, allocator, m, v));
    }
    free(v);
    return rc;
}


int
np_comparison_ratio(const np_comparison_t *c, unsigned allocator,
                    np_metric_e m, np_ratio_t *r)
{
    double *v = malloc(2 * (c->nruns + 1) * sizeof(double));
    int     rc = -1;

    if (v != NULL) {
        double *w = v + c->nruns + 1;
        size_t  n = np_comparison_values(c, allocator, m, v);

        rc = np_statistics_ratio(r, v, n, w,
                                 np_comparison_values(c, c->base, m, w));
    }
    free(v);
    return rc;
}


int
np_comparison_has(const np_comparison_t *c, np_metric_e m)
{
    for (unsigned i = 0; i < c->nruns; i++) {
        if (c->run[i].outcome == NP_OK && !isnan(c->run[i].value[m])) {
            return 1;
        }
    }
    return 0;
}


const np_run_t *
np_comparison_typical(const np_comparison_t *c, unsigned allocator)
{
    const np_run_t *best = NULL;
    np_summary_t    s;
    double          d, least = INFINITY;

    if (np_comparison_summary(c, allocator, NP_METRIC_RSS_PEAK, &s) != 0) {
        return NULL;
    }
    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        if (r->allocator != allocator || r->outcome != NP_OK) {
            continue;
        }
        d = fabs(r->value[NP_METRIC_RSS_PEAK] - s.median);
        if (d < least) {
            least = d;
            best = r;
        }
    }
    return best;
}


unsigned
np_comparison_failures(const np_comparison_t *c, unsigned allocator,
                       unsigned *runs)
{
    unsigned bad = 0;

    *runs = 0;
    for (unsigned i = 0; i < c->nruns; i++) {
        if (c->run[i].allocator == allocator) {
            (*runs)++;
            bad += c->run[i].outcome != NP_OK;
        }
    }
    return bad;
}


void
np_comparison_outputs(np_comparison_t *c)
{
    const char *base = NULL;

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        if (r->outcome != NP_OK || r->allocator != c->base) {
            continue;
        }
        if (base == NULL) {
            base = r->out_hash;
        }
        if (strcmp(base, r->out_hash) != 0) {
            c->differs = NP_DIFFERS_ALWAYS;
            return;
        }
    }
    for (unsigned i = 0; i < c->nruns; i++) {
        np_run_t *r = &c->run[i];

        if (r->outcome != NP_OK) {
            continue;
        }
        if (base == NULL) {
            base = r->out_hash;
        }
        if (strcmp(base, r->out_hash) != 0) {
            c->differs = NP_DIFFERS_BETWEEN;
            r->outcome = NP_DIFFERS;
        }
    }
}
