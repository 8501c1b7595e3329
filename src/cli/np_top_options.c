/*
 * The arguments of `ngxpool top`.
 */
#include "config.h"

#include "cli/np_top_options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_arguments.h"
#include "cli/np_run_options.h"

enum {
    NP_TOP_SORT = 1000,
    NP_TOP_FILTER,
    NP_TOP_ROWS,
    NP_TOP_PROFILE,
    NP_TOP_LOG
};

static const struct option np_top_longs[] = {
    {"delay", required_argument, NULL, 'd'},
    {"looks", required_argument, NULL, 'n'},
    {"batch", no_argument, NULL, 'b'},
    {"sort", required_argument, NULL, NP_TOP_SORT},
    {"filter", required_argument, NULL, NP_TOP_FILTER},
    {"top", required_argument, NULL, NP_TOP_ROWS},
    {"profile", required_argument, NULL, NP_TOP_PROFILE},
    {"output", required_argument, NULL, 'o'},
    {"log", required_argument, NULL, NP_TOP_LOG},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};


static int
np_top_number(double *v, const char *option, const char *text, double min,
              double max, int whole, char *err, size_t size)
{
    char *end;

    errno = 0;
    *v = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !(*v >= min && *v <= max)
        || (whole && *v != floor(*v))) {
        (void) snprintf(err, size,
                        "%s wants a %snumber from %g to %g, not "
                        "'%s'",
                        option, whole ? "whole " : "", min, max, text);
        return -1;
    }
    return 0;
}


static int
np_top_set(void *options, int c, char *text, char *err, size_t size)
{
    np_top_options_t *o = options;
    double            v = 0;
    int               rc = 0, key;

    switch (c) {
    case 'd':
        return np_top_number(&o->pace.delay, "--delay", text, 0.01, 86400, 0,
                             err, size);
    case 'n':
        rc = np_top_number(&v, "--looks", text, 1, 1e9, 1, err, size);
        o->pace.looks = (unsigned) v;
        return rc;
    case NP_TOP_ROWS:
        rc = np_top_number(&v, "--top", text, 0, 1e9, 1, err, size);
        o->top = (unsigned) v;
        return rc;
    case NP_TOP_SORT:
        key = np_top_key_find(text);
        if (key == -1) {
            (void) snprintf(err, size,
                            "--sort wants live, peak, rate, temporary or "
                            "pinned, not '%s'",
                            text);
            return -1;
        }
        o->key = (np_top_key_e) key;
        return 0;
    case NP_TOP_PROFILE:
        o->profile = text;
        o->starting = "--profile";
        if (!np_run_profile_is_valid(text)) {
            (void) snprintf(err, size,
                            "--profile wants exact, sample or sample:BYTES, "
                            "not '%s'",
                            text);
            return -1;
        }
        return 0;
    case 'b':
        o->batch = 1;
        return 0;
    case NP_TOP_FILTER:
        o->filter = text;
        break;
    case 'o':
        o->output = text;
        o->starting = "--output";
        if (!np_run_output_is_valid(text)) {
            (void) snprintf(err, size, "%s", NP_RUN_OUTPUT_WRONG);
            return -1;
        }
        break;
    case NP_TOP_LOG:
        o->log = text;
        o->starting = "--log";
        break;
    default:
        o->help = 1;
        return 0;
    }
    if (*text == '\0') {
        (void) snprintf(err, size,
                        "an option wants a value that is not empty");
        return -1;
    }
    return 0;
}


int
np_top_options_parse(np_top_options_t *o, int argc, char **argv, char *err,
                     size_t size)
{
    memset(o, 0, sizeof(*o));
    o->pace.delay = 1;
    o->top = 20;
    o->filter = "";
    o->profile = "sample";
    o->output = NP_RUN_OUTPUT;
    if (np_arguments_parse(argc, argv, "+:d:n:bo:h", np_top_longs, np_top_set,
                           o, err, size)
        != 0) {
        return -1;
    }
    o->is_command = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
    o->command = argv + optind;
    if (!o->help && o->command[0] == NULL) {
        (void) snprintf(err, size,
                        "a process id, a profile or a command is missing");
        return -1;
    }
    return 0;
}
