/*
 * What is advice worth?  A comparison of two allocators that differ in
 * NGXPOOL_ADVICE only.
 */
#include "config.h"

#include "cli/np_whatif.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_compare_options.h"
#include "cli/np_session.h"
#include "report/np_advice_file.h"
#include "report/np_verdict.h"

/* bytes of a file's name that the library takes */
#define NP_WHATIF_NAME 255


static int
np_whatif_say(int status, const char *what)
{
    (void) fprintf(stderr, "ngxpool run: %s\n", what);
    return status;
}


/* failed runs are no part of the verdict, and must not go unseen; an output
 * that is another in each run is as bad as one that the advice changes */
static int
np_whatif_failures(const np_comparison_t *c)
{
    char buf[128];
    int  status = NP_EXIT_OK;

    for (unsigned i = 0; i < c->nruns; i++) {
        const np_run_t *r = &c->run[i];

        if (r->outcome == NP_OK) {
            continue;
        }
        (void) fprintf(stderr, "ngxpool run: run %u, %s: %s%s%s\n", r->round,
                       c->allocator[r->allocator].name,
                       np_run_outcome(r, buf, sizeof(buf)),
                       r->tail[0] != '\0' ? ": " : "", r->tail);
        status = NP_EXIT_FAILED;
    }
    if (c->differs == NP_DIFFERS_ALWAYS) {
        (void) np_whatif_say(0, "its standard output is another in each run: "
                                "whether advice changes it cannot be seen");
        status = NP_EXIT_FAILED;
    }
    return status;
}


static int
np_whatif_play(np_comparison_t *c, const np_compare_options_t *o,
               unsigned sites, const char *advice)
{
    char err[512];
    int  status = np_session_play(c, o, err, sizeof(err));

    if (err[0] != '\0') {
        (void) np_whatif_say(status, err);
    }
    if (status != NP_EXIT_OK) {
        return status;
    }
    np_comparison_outputs(c);
    status = np_whatif_failures(c);
    (void) printf("advice for %u site%s (%s), %u run%s without it and %u "
                  "with it\n\n",
                  sites, sites == 1 ? "" : "s", advice, c->rounds,
                  c->rounds == 1 ? "" : "s", c->rounds);
    if (np_verdict_print(stdout, c, "the advice") != 0
        || fflush(stdout) != 0) {
        return np_whatif_say(NP_EXIT_TROUBLE, "writing failed");
    }
    return status;
}


int
np_whatif(const np_run_options_t *o, const char *library)
{
    np_compare_options_t options;
    np_comparison_t      c;
    char                 advice[PATH_MAX], path[PATH_MAX], none[1] = "";
    char                 err[512];
    unsigned             sites;
    int                  status;

    if (np_advice_file_check(o->advice, &sites, err, sizeof(err)) != 0) {
        return np_whatif_say(NP_EXIT_USAGE, err);
    }
    if (realpath(o->advice, advice) == NULL || strlen(library) >= PATH_MAX
        || strlen(advice) > NP_WHATIF_NAME) {
        return np_whatif_say(NP_EXIT_TROUBLE,
                             "the path of the advice is too long (255 bytes)");
    }
    (void) strcpy(path, library);
    np_compare_options_init(&options);
    options.runs = o->runs;
    options.command = o->command;
    memset(&c, 0, sizeof(c));
    (void) strcpy(c.allocator[0].name, "without");
    (void) strcpy(c.allocator[1].name, "with advice");
    c.allocator[0].path = c.allocator[1].path = path;
    c.allocator[0].behind = c.allocator[1].behind = getenv("LD_PRELOAD");
    c.allocator[0].advice = none;
    c.allocator[1].advice = advice;
    c.nallocators = 2;
    c.command = o->command;
    c.rounds = options.runs;
    c.warmup = options.warmup;
    c.seed = options.seed;
    c.interval = options.interval;
    status = np_whatif_play(&c, &options, sites, o->advice);
    for (unsigned i = 0; i < c.nruns; i++) {
        np_run_free(&c.run[i]);
    }
    free(c.run);
    return status;
}
