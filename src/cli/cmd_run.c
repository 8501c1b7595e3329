/*
 * ngxpool run: runs a command under the profiler, or, with --advice, measures
 * what advice is worth.
 */
#include "config.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/np_allocators.h"
#include "cli/np_child.h"
#include "cli/np_cli.h"
#include "cli/np_outputs.h"
#include "cli/np_preflight.h"
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
      "  ngxpool run --advice advice.txt -n 5 -- ./server --self-test\n"
      "\n"
      "Exit status: that of COMMAND, 128+N when signal N ended it; 2 wrong\n"
      "arguments; 3 no profile can be written; 126, 127 COMMAND cannot be "
      "profiled\n"
      "or run, is not found.  With --advice: 0; 1 a run failed or outputs "
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


/* a folder that exists and cannot be written shows before the run, not after */
static int
np_run_folder(const char *pattern)
{
    char *copy = strdup(pattern), *folder;
    int   rc = NP_EXIT_OK;

    if (copy == NULL) {
        return np_run_say(NP_EXIT_TROUBLE, "no memory");
    }
    folder = dirname(copy);
    if (strchr(folder, '%') == NULL && access(folder, W_OK | X_OK) != 0) {
        (void) fprintf(stderr,
                       "ngxpool run: %s: %s; name another folder with -o\n",
                       folder, strerror(errno));
        rc = NP_EXIT_TROUBLE;
    }
    free(copy);
    return rc;
}


/* whatever was preloaded before stays, behind ours */
static char *
np_run_preload(const char *library)
{
    const char *was = getenv("LD_PRELOAD");
    char       *all = NULL;

    if (was == NULL || *was == '\0') {
        return strdup(library);
    }
    return asprintf(&all, "%s:%s", library, was) == -1 ? NULL : all;
}


static int
np_run_start(np_child_t *child, const np_run_options_t *o, const char *preload,
             const char *pattern)
{
    char                depth[16];
    np_child_variable_t v[] = {
        {"LD_PRELOAD", preload},
        {"NGXPOOL_PROFILE", o->profile},
        {"NGXPOOL_PROFILE_FILE", pattern},
        {"NGXPOOL_PROFILE_FOLLOW", o->follow ? "1" : "0"},
        {"NGXPOOL_PROFILE_ONLY", o->only},
        {"NGXPOOL_PROFILE_DEPTH", depth},
    };
    np_child_command_t command = {.argv = o->command,
                                  .variable = v,
                                  .nvariables = sizeof(v) / sizeof(v[0]),
                                  .in = -1,
                                  .out = -1,
                                  .err = -1};

    if (o->depth == 0) {
        command.nvariables--;
    }
    (void) snprintf(depth, sizeof(depth), "%u", o->depth);
    return np_child_start(child, &command);
}


static int
np_run_profiled(const np_run_options_t *o, const char *library)
{
    char      *pattern = np_outputs_absolute(o->output);
    char      *preload = np_run_preload(library);
    uint64_t   since = np_outputs_now();
    np_child_t child;
    FILE      *report = NULL;
    int        status = NP_EXIT_TROUBLE;

    if (pattern == NULL || preload == NULL) {
        (void) np_run_say(status, strerror(errno));
    } else if (np_run_folder(pattern) == NP_EXIT_OK
               && (o->no_report
                   || (report = np_run_results_open(o->report)) != NULL)) {
        if (np_run_start(&child, o, preload, pattern) == 0) {
            status = np_child_wait(&child);
            np_run_results(o, pattern, since, child.pid, report);
        } else {
            status = errno == ENOENT ? NP_EXIT_NOT_FOUND : NP_EXIT_NOT_RUN;
            (void) fprintf(stderr, "ngxpool run: %s: %m\n", o->command[0]);
        }
        np_run_results_close(report, o->report);
    }
    free(preload);
    free(pattern);
    return status;
}


int
np_cmd_run(int argc, char **argv)
{
    np_run_options_t o;
    np_preflight_t   p;
    char             err[512];
    char            *library;
    int              status;

    if (np_run_options_parse(&o, argc, argv, err, sizeof(err)) != 0) {
        return np_run_say(NP_EXIT_USAGE, err);
    }
    if (o.help) {
        np_cmd_run_usage(stdout);
        return NP_EXIT_OK;
    }
    library = np_allocators_library(err, sizeof(err));
    if (library == NULL) {
        return np_run_say(NP_EXIT_TROUBLE, err);
    }
    np_preflight(&p, o.command[0], library);
    if (p.status != 0) {
        (void) np_run_say(p.status, p.why);
    }
    if (p.warning[0] != '\0') {
        (void) fprintf(stderr, "ngxpool run: warning: %s\n", p.warning);
    }
    status = p.status != 0      ? p.status
             : o.advice != NULL ? np_whatif(&o, library)
                                : np_run_profiled(&o, library);
    free(library);
    return status;
}
