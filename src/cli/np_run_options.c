/*
 * The arguments of `ngxpool run`.
 */
#include "config.h"

#include "cli/np_run_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_arguments.h"

#define NP_RUN_RUNS 3

/* bytes of a command's name that the library takes */
#define NP_RUN_NAME 63

typedef enum {
    NP_RUN_PROFILE = 1000,
    NP_RUN_REPORT,
    NP_RUN_REPORT_ALL,
    NP_RUN_NO_REPORT,
    NP_RUN_DEPTH,
    NP_RUN_FOLLOW,
    NP_RUN_NO_FOLLOW,
    NP_RUN_ONLY,
    NP_RUN_ADVICE
} np_run_option_e;

static const struct option np_run_longs[] = {
    {"profile", required_argument, NULL, NP_RUN_PROFILE},
    {"output", required_argument, NULL, 'o'},
    {"report", required_argument, NULL, NP_RUN_REPORT},
    {"report-all", no_argument, NULL, NP_RUN_REPORT_ALL},
    {"no-report", no_argument, NULL, NP_RUN_NO_REPORT},
    {"depth", required_argument, NULL, NP_RUN_DEPTH},
    {"follow", no_argument, NULL, NP_RUN_FOLLOW},
    {"no-follow", no_argument, NULL, NP_RUN_NO_FOLLOW},
    {"only", required_argument, NULL, NP_RUN_ONLY},
    {"advice", required_argument, NULL, NP_RUN_ADVICE},
    {"runs", required_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};


int
np_run_profile_is_valid(const char *text)
{
    static const char units[] = "kmg";

    unsigned long long n;
    const char        *unit;
    char              *end;
    unsigned           shift = 0;

    if (strcmp(text, "exact") == 0 || strcmp(text, "sample") == 0) {
        return 1;
    }
    if (strncmp(text, "sample:", 7) != 0 || text[7] < '0' || text[7] > '9') {
        return 0;
    }
    errno = 0;
    n = strtoull(text + 7, &end, 10);
    unit = *end != '\0' ? strchr(units, tolower((unsigned char) *end)) : NULL;
    if (unit != NULL) {
        shift = 10 * (unsigned) (unit - units + 1);
        end++;
    }
    return errno == 0 && *end == '\0' && n >= 1 && n <= (1ULL << 40) >> shift;
}


int
np_run_output_is_valid(const char *text)
{
    for (; (text = strchr(text, '%')) != NULL; text += 2) {
        if (text[1] == '\0' || strchr("pn%", text[1]) == NULL) {
            return 0;
        }
    }
    return 1;
}


static int
np_run_number(unsigned *v, const char *option, const char *text, unsigned max,
              char *err, size_t size)
{
    unsigned long n;
    char         *end;

    errno = 0;
    n = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || n < 1
        || n > max) {
        (void) snprintf(err, size,
                        "%s wants a whole number from 1 to %u, not '%s'",
                        option, max, text);
        return -1;
    }
    *v = (unsigned) n;
    return 0;
}


static int
np_run_set(void *options, int c, char *text, char *err, size_t size)
{
    np_run_options_t *o = options;

    switch (c) {
    case NP_RUN_PROFILE:
        o->profile = text;
        if (!np_run_profile_is_valid(text)) {
            (void) snprintf(err, size,
                            "--profile wants exact, sample or sample:BYTES, "
                            "not '%s'",
                            text);
            return -1;
        }
        return 0;
    case NP_RUN_DEPTH:
        return np_run_number(&o->depth, "--depth", text, 256, err, size);
    case 'n':
        return np_run_number(&o->runs, "--runs", text, 1000, err, size);
    case 'o':
        o->output = text;
        break;
    case NP_RUN_REPORT:
        o->report = text;
        break;
    case NP_RUN_REPORT_ALL:
        o->report_all = 1;
        break;
    case NP_RUN_NO_REPORT:
        o->no_report = 1;
        break;
    case NP_RUN_FOLLOW:
    case NP_RUN_NO_FOLLOW:
        o->follow = c == NP_RUN_FOLLOW;
        break;
    case NP_RUN_ONLY:
        o->only = text;
        break;
    case NP_RUN_ADVICE:
        o->advice = text;
        break;
    default:
        o->help = 1;
        break;
    }
    if (text != NULL && *text == '\0') {
        (void) snprintf(err, size,
                        "an option wants a value that is not empty");
        return -1;
    }
    return 0;
}


/* what only shows when all options are known */
static int
np_run_options_fit(const np_run_options_t *o, char *err, size_t size)
{
    const char *wrong = NULL;

    if (o->command[0] == NULL) {
        wrong = "a command to run is missing";
    } else if (o->advice != NULL
               && (o->profile != NULL || o->output != NULL || o->report != NULL
                   || o->report_all || o->no_report || o->depth != 0
                   || o->only != NULL)) {
        wrong = "--advice measures: it makes no profile and no report";
    } else if (o->advice == NULL && o->runs != 0) {
        wrong = "--runs wants --advice";
    } else if (o->no_report && (o->report != NULL || o->report_all)) {
        wrong = "--no-report excludes --report and --report-all";
    } else if (o->output != NULL && !np_run_output_is_valid(o->output)) {
        wrong = NP_RUN_OUTPUT_WRONG;
    } else if (o->only != NULL
               && (strchr(o->only, '/') != NULL
                   || strlen(o->only) > NP_RUN_NAME)) {
        wrong = "--only wants a command's name without its folder, of at most "
                "63 bytes";
    }
    if (wrong == NULL) {
        return 0;
    }
    (void) snprintf(err, size, "%s", wrong);
    return -1;
}


int
np_run_options_parse(np_run_options_t *o, int argc, char **argv, char *err,
                     size_t size)
{
    memset(o, 0, sizeof(*o));
    o->follow = 1;
    if (np_arguments_parse(argc, argv, "+:o:n:h", np_run_longs, np_run_set, o,
                           err, size)
        != 0) {
        return -1;
    }
    o->command = argv + optind;
    if (o->help) {
        return 0;
    }
    if (np_run_options_fit(o, err, size) != 0) {
        return -1;
    }
    if (o->profile == NULL) {
        o->profile = "exact";
    }
    if (o->output == NULL) {
        o->output = NP_RUN_OUTPUT;
    }
    if (o->runs == 0) {
        o->runs = NP_RUN_RUNS;
    }
    return 0;
}
