/*
 * What follows a profiled run.
 */
#include "config.h"

#include "cli/np_run_results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/np_gzip.h"
#include "cli/np_outputs.h"
#include "report/np_human.h"

/* lines of a list; a build makes thousands of profiles */
#define NP_RESULTS_LIST 50

typedef struct {
    int      on; /* standard error is a terminal */
    unsigned done;
    unsigned all;
    double   shown;
} np_results_progress_t;


FILE *
np_run_results_open(const char *name)
{
    FILE *f = stderr;

    if (name != NULL) {
        f = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
    }
    if (f == NULL) {
        (void) fprintf(stderr, "ngxpool run: %s: %m\n", name);
    }
    return f;
}


void
np_run_results_close(FILE *report, const char *name)
{
    int bad;

    if (report == NULL || report == stderr) {
        return;
    }
    bad = fflush(report) != 0 || ferror(report);
    if (report != stdout) {
        bad |= fclose(report) != 0;
    }
    if (bad) {
        (void) fprintf(stderr, "ngxpool run: %s: it could not be written\n",
                       name);
    }
}


static void
np_results_progress(void *data, double done)
{
    np_results_progress_t *p = data;

    if (p->on && (done < p->shown || done >= p->shown + 0.1)) {
        p->shown = done;
        (void) fprintf(stderr, "\r[%u/%u] gzip %.0f %%\033[K", p->done + 1,
                       p->all, 100 * done);
    }
}


/* a profile that stays as it is can be read all the same */
static void
np_results_gzip(const np_outputs_t *o)
{
    np_results_progress_t p = {isatty(2), 0, o->n, 0};
    np_gzip_t             g = {0, 0, np_results_progress, &p};

    for (unsigned i = 0; i < o->n; i++) {
        if (!o->v[i].running && np_gzip_file(&g, o->v[i].path) != 0) {
            (void) fprintf(stderr,
                           "%sngxpool run: %s: it stays as large as it is: "
                           "%s\n",
                           p.on ? "\r\033[K" : "", o->v[i].path,
                           strerror(errno));
        }
        p.done++;
    }
    if (p.on) {
        (void) fputs("\r\033[K", stderr);
    }
}


static void
np_results_list(const np_outputs_t *o)
{
    char bytes[NP_HUMAN_MAX];

    for (unsigned i = 0; i < o->n && i < NP_RESULTS_LIST; i++) {
        const np_output_t *v = &o->v[i];

        (void) fprintf(stderr,
                       "ngxpool run: process %u (%s), %s allocated: %s%s\n",
                       v->peek.pid, v->peek.name,
                       np_human_bytes(bytes, (double) v->peek.clock), v->path,
                       v->running ? " (it runs still)" : "");
    }
    if (o->n > NP_RESULTS_LIST) {
        (void) fprintf(stderr, "ngxpool run: and %u profiles more\n",
                       o->n - NP_RESULTS_LIST);
    }
}


static void
np_results_none(const np_run_options_t *o, const char *pattern)
{
    if (o->only != NULL) {
        (void) fprintf(stderr,
                       "ngxpool run: no profile %s: no process was called %s "
                       "(--only)\n",
                       pattern, o->only);
    } else {
        (void) fprintf(stderr,
                       "ngxpool run: no profile %s: the command did not load "
                       "libngxpool.so, or could not write there\n",
                       pattern);
    }
}


void
np_run_results(const np_run_options_t *o, const char *pattern, uint64_t since,
               pid_t command, FILE *report)
{
    np_outputs_t found;

    if (np_outputs_find(&found, pattern, since, command) != 0) {
        (void) fprintf(stderr, "ngxpool run: no memory to find profiles\n");
    } else if (found.n == 0) {
        np_results_none(o, pattern);
    } else {
        np_results_gzip(&found);
        np_results_list(&found);
    }
    (void) report;
    np_outputs_free(&found);
}
