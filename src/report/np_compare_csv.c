/*
 * A comparison as CSV: runs, and samples.
 */
#include "config.h"

#include "report/np_compare_render.h"

#include <inttypes.h>
#include <math.h>

#include "report/np_escape.h"


void
np_compare_csv(FILE *f, const np_comparison_t *c)
{
    char what[80];

    (void) fputs("allocator,round,outcome,stdout_xxh3_128", f);
    for (int m = 0; m < NP_METRICS; m++) {
        (void) fprintf(f, ",%s", np_metric[m].key);
    }
    (void) fputc('\n', f);
    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        np_escape_csv(f, c->allocator[r->allocator].name);
        (void) fprintf(f, ",%u,", r->round);
        np_escape_csv(f, r->outcome == NP_OK
                             ? "ok"
                             : np_run_outcome(r, what, sizeof(what)));
        (void) fprintf(f, ",%s", r->out_hash);
        for (int m = 0; m < NP_METRICS; m++) {
            (void) fputc(',', f);
            if (!isnan(r->value[m])) {
                (void) fprintf(f, "%.*f",
                               np_metric[m].unit == NP_UNIT_SECONDS ? 6 : 0,
                               r->value[m]);
            }
        }
        (void) fputc('\n', f);
    }
}


void
np_compare_samples_csv(FILE *f, const np_comparison_t *c)
{
    (void) fputs("allocator,round,seconds,phase,processes,rss_bytes,pss_bytes,"
                 "private_dirty_bytes\n",
                 f);
    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        for (size_t j = 0; j < r->samples.n; j++) {
            const np_sample_t *s = &r->samples.v[j];

            np_escape_csv(f, c->allocator[r->allocator].name);
            (void) fprintf(f, ",%u,%.6f,%s,%" PRIu32 ",%" PRIu64, r->round,
                           s->at, np_phase_name[s->phase], s->processes,
                           s->rss);
            if (s->full) {
                (void) fprintf(f, ",%" PRIu64 ",%" PRIu64 "\n", s->pss,
                               s->dirty);
            } else {
                (void) fputs(",,\n", f);
            }
        }
    }
}
