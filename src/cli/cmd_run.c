/*
 * ngxpool run: runs a command under the profiler, or, with --advice, measures
 * what advice is worth.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_outputs.h"
#include "cli/np_profiled.h"
#include "cli/np_run_options.h"
#include "cli/np_run_results.h"
#include "cli/np_whatif.h"

static const char np_run_text[]
    = "Usage: ngxpool run [OPTION...] [--] COMMAND [ARGUMENT...]\n"
      "       ngxpool run --advice FILE [-n N] [--] COMMAND [ARGUMENT...]\n"
      "\n"
      "Runs COMMAND with libngxpool.so preloaded and leaves a profile of its "
      "memory;\n"
      "or measures whether advice makes it faster or smaller.\n"
      "\n"
      "  --profile=KIND      exact, sample or sample:BYTES (exact)\n"
      "  -o, --output FILE   the profile's name; %p is the process id, %n "
      "the\n"
      "                      command's name (ngxpool.%p.prof)\n"
      "  --report=FILE       where the report goes, - is standard output\n"
      "                      (standard error)\n"
      "  --report-all        a report of each process, not of COMMAND's only\n"
      "  --no-report         none\n"
      "  --depth N           frames kept of a call stack, 1 to 256 (32)\n"
      "  --follow, --no-follow\n"
      "                      profile children, or not (--follow)\n"
      "  --only NAME         only processes whose command has this name\n"
      "What-if:\n"
      "  --advice FILE       run with and without the advice that ngxpool "
      "advise\n"
      "                      wrote, and compare time and memory\n"
      "  -n, --runs N        measured runs of either kind (3)\n"
      "  -h, --help\n"
      "\n"
      "Examples:\n"
      "  ngxpool run -- sort -u words.txt\n"
      "  ngxpool run --profile=sample -o /tmp/%n.%p.prof -- make -j4\n"
      "  ngxpool run --only cc1 --report=cc1.txt -- gcc -O2 -c big.c\n"
      "  ngxpool run --advice advice.txt -n 5 -- ./server test.conf\n"
      "\n"
      "Exit status: that of COMMAND, 128+N when signal N ended it; 2 wrong\n"
      "arguments; 3 no profile or report can be written; 126, 127 COMMAND "
      "cannot be\n"
      "profiled or run, is not found.  With --advice: 0; 1 a run failed or "
      "outputs\n"
      "differ.\n";


void
np_cmd_run_usage(FILE *f)
{
    (void) fputs(np_run_text, f);
}


static int
np_run_say(int status, const char *what)
{
    (void) fprintf(stderr, "ngxpool run: %s\n", what);
    return status;
}


static int
np_run_profiled(const np_run_options_t *o, np_profiled_t *p)
{
    char        *pattern = np_outputs_absolute(o->output);
    uint64_t     since = np_outputs_now();
    np_child_t   child;
    np_replace_t report = {.f = NULL};
    int          status = NP_EXIT_TROUBLE, started;

    if (pattern == NULL) {
        return np_run_say(status, strerror(errno));
    }
    p->profile = o->profile;
    p->pattern = pattern;
    p->only = o->only;
    p->depth = o->depth;
    p->follow = o->follow;
    if (o->no_report || np_run_results_open(&report, o->report) == 0) {
        status = np_profiled_start(p, &child);
        started = status == NP_EXIT_OK;
        if (started) {
            status = np_child_wait(&child);
            np_run_results(&(np_run_results_t){.tool = p->tool,
                                               .pattern = pattern,
                                               .only = o->only,
                                               .alone = !o->follow,
                                               .own = p->own,
                                               .since = since,
                                               .command = child.pid,
                                               .report = report.f,
                                               .all = o->report_all});
        }
        if (np_run_results_close(&report, o->report, started) != 0
            && status == NP_EXIT_OK) {
            status = NP_EXIT_TROUBLE;
        }
    }
    free(pattern);
    return status;
}


int
np_cmd_run(int argc, char **argv)
{
    np_run_options_t o;
    np_profiled_t p = {.tool = "ngxpool run", .in = -1, .out = -1, .err = -1};
    char          err[512];
    int           status;

    if (np_run_options_parse(&o, argc, argv, err, sizeof(err)) != 0) {
        return np_run_say(NP_EXIT_USAGE, err);
    }
    if (o.help) {
        np_cmd_run_usage(stdout);
        return NP_EXIT_OK;
    }
    p.argv = o.command;
    status = np_profiled_prepare(&p);
    if (status == NP_EXIT_OK) {
        status = o.advice != NULL ? np_whatif(&o, p.library)
                                  : np_run_profiled(&o, &p);
    }
    free(p.library);
    return status;
}
