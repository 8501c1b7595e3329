/*
 * What follows a profiled run.
 */
#include "config.h"

#include "cli/np_run_results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/np_compact.h"
#include "cli/np_outputs.h"
#include "cli/np_source.h"
#include "report/np_human.h"
#include "report/np_passing.h"
#include "report/np_text.h"

/* lines of a list; a build makes thousands of profiles */
#define NP_RESULTS_LIST 50

/* entries of a list in the report */
#define NP_RESULTS_TOP 10

int
np_run_results_open(np_replace_t *report, const char *name)
{
    if (name == NULL) {
        memset(report, 0, sizeof(*report));
        report->f = stderr;
    } else if (np_replace_begin(report, name) != 0) {
        (void) fprintf(stderr, "ngxpool run: %s: %m\n", name);
        return -1;
    }
    return 0;
}


int
np_run_results_close(np_replace_t *report, const char *name, int good)
{
    if (report->f == NULL || report->f == stderr
        || np_replace_end(report, good) == 0) {
        return 0;
    }
    (void) fprintf(stderr, "ngxpool run: %s: it could not be written\n", name);
    return -1;
}


/* a profile that stays as it is can be read all the same */
static void
np_results_pack(const np_run_results_t *r, const np_outputs_t *o)
{
    int on = isatty(2);

    for (unsigned i = 0; i < o->n; i++) {
        if (on) {
            (void) fprintf(stderr, "\r[%u/%u] packing profiles\033[K", i + 1,
                           o->n);
        }
        if (!o->v[i].running && np_compact(o->v[i].path) != 0) {
            (void) fprintf(stderr, "%s%s: %s: it is not packed: %m\n",
                           on ? "\r\033[K" : "", r->tool, o->v[i].shown);
        }
    }
    if (on) {
        (void) fputs("\r\033[K", stderr);
    }
}


/* the one that allocated most; the command's own if no other did more */
static unsigned
np_results_largest(const np_outputs_t *o)
{
    unsigned most = o->main;

    for (unsigned i = 0; i < o->n; i++) {
        if (o->v[i].allocated > o->v[most].allocated) {
            most = i;
        }
    }
    return most;
}


static void
np_results_line(const np_run_results_t *r, const np_output_t *v,
                const char *mark)
{
    char bytes[NP_HUMAN_MAX];

    (void) fprintf(stderr, "%s: process %u (%s), %s%s allocated: %s%s\n",
                   r->tool, v->peek.pid, v->peek.name, mark,
                   np_human_bytes(bytes, (double) v->allocated), v->shown,
                   v->running ? " (it runs still)" : "");
}


/* the reported one and the largest one are not among those left out */
static void
np_results_list(const np_run_results_t *r, const np_outputs_t *o)
{
    unsigned largest = np_results_largest(o), lines = 0;
    unsigned reported = r->report != NULL && !r->all ? o->main : o->n;

    if (o->n == 1) {
        np_results_line(r, &o->v[0], "");
        return;
    }
    if (reported < o->n) {
        np_results_line(r, &o->v[reported],
                        reported == largest ? "reported, the largest, "
                                            : "reported, ");
        lines++;
    }
    if (largest != reported) {
        np_results_line(r, &o->v[largest], "the largest, ");
        lines++;
    }
    for (unsigned i = 0; i < o->n && lines < NP_RESULTS_LIST; i++) {
        if (i != reported && i != largest) {
            np_results_line(r, &o->v[i], "");
            lines++;
        }
    }
    if (o->n > lines) {
        (void) fprintf(stderr, "%s: and %u profile%s more\n", r->tool,
                       o->n - lines, o->n - lines == 1 ? "" : "s");
    }
}


/* a driver's own report is not what one wants to know of it, as gcc's */
static void
np_results_most(const np_run_results_t *r, const np_outputs_t *o)
{
    unsigned most = np_results_largest(o);

    if (most != o->main) {
        (void) fprintf(stderr,
                       "%s: most was allocated by process %u (%s): ngxpool "
                       "report %s\n",
                       r->tool, o->v[most].peek.pid, o->v[most].peek.name,
                       o->v[most].shown);
    }
}


static void
np_results_none(const np_run_results_t *r)
{
    (void) fprintf(stderr, "%s: no profile %s: ", r->tool, r->pattern);
    if (r->only != NULL && r->own) {
        (void) fprintf(stderr,
                       "no process called %s (--only) was served by "
                       "libngxpool.so; see the warning\n",
                       r->only);
    } else if (r->only != NULL && r->alone) {
        (void) fprintf(stderr,
                       "the command itself is not called %s (--only), and "
                       "--no-follow leaves its children out; or no file "
                       "could be written there\n",
                       r->only);
    } else if (r->only != NULL) {
        (void) fprintf(stderr,
                       "no process was called %s (--only), or could write "
                       "there\n",
                       r->only);
    } else if (r->own) {
        (void) fputs("the command brings its own malloc, see the warning\n",
                     stderr);
    } else {
        (void) fputs("the command did not load libngxpool.so, or could not "
                     "write there\n",
                     stderr);
    }
}


static void
np_results_report(const np_run_results_t *r, const np_output_t *v)
{
    np_text_options_t o = {.name = v->shown, .top = NP_RESULTS_TOP};
    np_text_t         t = {.f = r->report, .o = &o};
    np_profile_t     *p;
    np_symbols_t     *y;
    char              err[NP_PROFILE_ERROR];

    p = np_profile_load(v->path, err);
    if (p == NULL) {
        (void) fprintf(stderr, "%s: %s: %s\n", r->tool, v->shown, err);
        return;
    }
    y = np_symbols_open(p, NULL);
    if (y != NULL) {
        (void) np_passing_mark(y, p);
    }
    t.p = p;
    t.y = y;
    o.colour = np_source_has_colour(fileno(r->report));
    if (y == NULL || np_text_report(&t) != 0) {
        (void) fprintf(stderr, "%s: %s: no memory for its report\n", r->tool,
                       v->shown);
    }
    if (y != NULL) {
        np_symbols_free(y);
    }
    np_profile_free(p);
}


void
np_run_results(const np_run_results_t *r)
{
    np_outputs_t o;

    if (np_outputs_find(&o, r->pattern, r->since, r->command) != 0) {
        (void) fprintf(stderr, "%s: no memory to find profiles\n", r->tool);
    } else if (o.n == 0) {
        np_results_none(r);
    } else {
        np_results_pack(r, &o);
        for (unsigned i = 0; i < o.n && r->report != NULL; i++) {
            if (r->all || i == o.main) {
                np_results_report(r, &o.v[i]);
                (void) fputc('\n', r->report);
            }
        }
        np_results_list(r, &o);
        if (r->report != NULL && !r->all) {
            np_results_most(r, &o);
        }
    }
    np_outputs_free(&o);
}
