/*
 * The remarks below a comparison: what failed and how, what the sampler cost,
 * what could not be measured.  Every renderer shows the same ones.
 */
#include "config.h"

#include "report/np_comparison.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/np_human.h"

#define NP_LINE 1024

typedef void (*np_say_pt)(void *data, const char *line);


static void
np_remarks_failures(const np_comparison_t *c, np_say_pt say, void *data)
{
    char     line[NP_LINE], what[80];
    unsigned runs, bad;

    for (unsigned a = 0; a < c->nallocators; a++) {
        const np_run_t *r = NULL;

        bad = np_comparison_failures(c, a, &runs);
        for (unsigned i = 0; bad != 0 && r == NULL; i++) {
            if (c->run[i].allocator == a && c->run[i].outcome != NP_OK) {
                r = &c->run[i];
            }
        }
        if (r == NULL) {
            continue;
        }
        (void) snprintf(line, sizeof(line), "%s: %u of %u runs failed: %s%s%s",
                        c->allocator[a].name, bad, runs,
                        np_run_outcome(r, what, sizeof(what)),
                        r->tail[0] != '\0' ? "; it said: " : "", r->tail);
        say(data, line);
    }
}


/* the command may be too short, or the machine too busy, for a look at its
 * memory; the library's own report is as good */
static int
np_remarks_reported(const np_comparison_t *c, unsigned a)
{
    return c->where.known && strcmp(c->allocator[a].name, "ngxpool") == 0;
}


static void
np_remarks_preload(const np_comparison_t *c, np_say_pt say, void *data)
{
    char line[NP_LINE];

    for (unsigned a = 0; a < c->nallocators; a++) {
        int seen = 0, missed = 0;

        for (unsigned i = 0; i < c->nruns; i++) {
            if (c->run[i].allocator == a) {
                seen += c->run[i].loaded == 1;
                missed += c->run[i].loaded == 0;
            }
        }
        if (seen == 0 && missed != 0 && !np_remarks_reported(c, a)) {
            (void) snprintf(line, sizeof(line),
                            "%s: its library was not in the command's memory: "
                            "a static or set-user-ID program?",
                            c->allocator[a].name);
            say(data, line);
        }
    }
}


/* only a run without a preload can tell what the command brings itself */
static void
np_remarks_own(const np_comparison_t *c, np_say_pt say, void *data)
{
    char line[NP_LINE];

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        if (r->own != NULL && c->allocator[r->allocator].path[0] == '\0') {
            (void) snprintf(line, sizeof(line),
                            "the command is linked with %s: that, not glibc's "
                            "malloc, is what runs as %s",
                            r->own, c->allocator[r->allocator].name);
            say(data, line);
            return;
        }
    }
}


static void
np_remarks_sampler(const np_comparison_t *c, np_say_pt say, void *data)
{
    char     line[NP_LINE], gap[NP_HUMAN_MAX], wanted[NP_HUMAN_MAX];
    double   cost = 0, wall = 0, widest = 0;
    unsigned unreadable = 0, lingered = 0;

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];
        double          end = r->value[NP_METRIC_WALL];

        if (r->samples.n != 0) {
            double at = r->samples.v[r->samples.n - 1].at;

            end = isnan(end) || at > end ? at : end;
        }
        cost += r->cost;
        wall += isnan(end) ? 0 : end;
        widest = r->full_gap > widest ? r->full_gap : widest;
        unreadable += r->unreadable;
        lingered += r->lingered != 0;
    }
    if (wall > 0) {
        (void) snprintf(line, sizeof(line),
                        "the sampler took %.2f %% of one CPU",
                        100 * cost / wall);
        say(data, line);
    }
    if (widest > 2 * c->interval) {
        (void) snprintf(line, sizeof(line),
                        "reading smaps_rollup was dear: PSS and private dirty "
                        "were up to %s apart instead of %s",
                        np_human_seconds(gap, widest),
                        np_human_seconds(wanted, c->interval));
        say(data, line);
    }
    if (unreadable != 0) {
        (void) snprintf(line, sizeof(line),
                        "smaps_rollup was not readable %u times: RSS stands "
                        "in for PSS there",
                        unreadable);
        say(data, line);
    }
    if (lingered != 0) {
        (void) snprintf(
            line, sizeof(line),
            "in %u of %u runs processes outlived the command and were "
            "stopped (--linger)",
            lingered, c->nruns);
        say(data, line);
    }
}


void
np_comparison_remarks(const np_comparison_t *c, np_say_pt say, void *data)
{
    char line[NP_LINE];

    if (c->interrupted) {
        say(data, "interrupted: only the runs that were finished count");
    }
    np_remarks_failures(c, say, data);
    if (c->differs) {
        say(data, c->differs == NP_DIFFERS_ALWAYS
                      ? "outputs differ, even between runs under one "
                        "allocator: if the command is like that, "
                        "--allow-different-output"
                      : "outputs differ between allocators");
    }
    np_remarks_preload(c, say, data);
    np_remarks_own(c, say, data);
    np_remarks_sampler(c, say, data);
    if (c->cgroup[0] != '\0' && c->nruns != 0) {
        (void) snprintf(line, sizeof(line),
                        "no cgroup peak (%s); HWM is the kernel's, of the "
                        "largest process",
                        c->cgroup);
        say(data, line);
    }
    if (!c->where.known && c->where.why[0] != '\0') {
        (void) snprintf(line, sizeof(line),
                        "where libngxpool's RSS goes is not known: %s",
                        c->where.why);
        say(data, line);
    }
}
