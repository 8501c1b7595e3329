/*
 * One line on a terminal that says how far a comparison is.
 */
#include "config.h"

#include "cli/np_progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/np_human.h"

/* seconds between two versions of the line */
#define NP_PROGRESS_PACE 0.2


static double
np_progress_now(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}


void
np_progress_init(np_progress_t *p, unsigned all)
{
    const char *term = getenv("TERM");

    memset(p, 0, sizeof(*p));
    p->on = isatty(2) && term != NULL && strcmp(term, "dumb") != 0;
    p->all = all;
    p->began = np_progress_now();
}


void
np_progress_show(void *data, double elapsed, const np_run_t *r)
{
    np_progress_t *p = data;
    double         now, left;
    char           time[NP_HUMAN_MAX], rss[NP_HUMAN_MAX], rest[NP_HUMAN_MAX];

    if (!p->on) {
        return;
    }
    now = np_progress_now();
    if (now - p->shown < NP_PROGRESS_PACE) {
        return;
    }
    p->shown = now;
    (void) fprintf(stderr, "\r[%u/%u] %s, %s", p->done + 1, p->all, p->what,
                   np_human_seconds(time, elapsed));
    if (r->samples.n != 0) {
        const np_sample_t *s = &r->samples.v[r->samples.n - 1];

        (void) fprintf(stderr, ", RSS %s",
                       np_human_bytes(rss, (double) s->rss));
        if (s->phase != NP_PHASE_RUN) {
            (void) fprintf(stderr, " (%s)", np_phase_name[s->phase]);
        }
    }
    if (p->done != 0) {
        left = (now - elapsed - p->began) / p->done * (p->all - p->done)
               - elapsed;
        (void) fprintf(stderr, ", about %s left",
                       np_human_seconds(rest, left > 0 ? left : 0));
    }
    (void) fputs("\033[K", stderr);
}


void
np_progress_clear(np_progress_t *p)
{
    if (p->on) {
        (void) fputs("\r\033[K", stderr);
    }
}
