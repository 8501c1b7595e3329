/*
 * The arguments of `ngxpool compare`: one table for options that are numbers,
 * one for those that are words.
 */
#include "config.h"

#include "cli/np_compare_options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_arguments.h"
#include "cli/np_overwrite.h"

typedef enum {
    NP_KIND_UNSIGNED,
    NP_KIND_SEED,
    NP_KIND_SECONDS,
    NP_KIND_MILLISECONDS,
    NP_KIND_WORD,
    NP_KIND_CPUS,
    NP_KIND_FLAG
} np_kind_e;

typedef struct {
    const char *name;
    np_kind_e   kind;
    size_t      offset; /* in np_compare_options_t */
    double      min;    /* of what is typed */
    double      max;
} np_option_t;

#define NP_AT(member) offsetof(np_compare_options_t, member)

static const np_option_t np_option[] = {
    {"runs", NP_KIND_UNSIGNED, NP_AT(runs), 1, 10000},
    {"warmup", NP_KIND_UNSIGNED, NP_AT(warmup), 0, 10000},
    {"interval", NP_KIND_MILLISECONDS, NP_AT(interval), 1, 3600e3},
    {"timeout", NP_KIND_SECONDS, NP_AT(timeout), 0.01, 1e7},
    {"linger", NP_KIND_SECONDS, NP_AT(linger), 0, 1e7},
    {"idle", NP_KIND_SECONDS, NP_AT(idle), 0, 1e7},
    {"ready-timeout", NP_KIND_SECONDS, NP_AT(ready_timeout), 0.01, 1e7},
    {"port", NP_KIND_UNSIGNED, NP_AT(port), 1, 65535},
    {"seed", NP_KIND_SEED, NP_AT(seed), 0, 0},
    {"pin", NP_KIND_CPUS, NP_AT(pin), 0, CPU_SETSIZE - 1},
    {"with", NP_KIND_WORD, NP_AT(with), 0, 0},
    {"json", NP_KIND_WORD, NP_AT(file[NP_FILE_JSON]), 0, 0},
    {"csv", NP_KIND_WORD, NP_AT(file[NP_FILE_CSV]), 0, 0},
    {"html", NP_KIND_WORD, NP_AT(file[NP_FILE_HTML]), 0, 0},
    {"export-samples", NP_KIND_WORD, NP_AT(file[NP_FILE_SAMPLES]), 0, 0},
    {"load", NP_KIND_WORD, NP_AT(load), 0, 0},
    {"ready", NP_KIND_WORD, NP_AT(ready), 0, 0},
    {"allow-different-output", NP_KIND_FLAG, NP_AT(any_output), 0, 0},
    {"help", NP_KIND_FLAG, NP_AT(help), 0, 0},
};

#define NP_OPTIONS (sizeof(np_option) / sizeof(np_option[0]))


static int
np_compare_number(double *v, const np_option_t *o, const char *text, char *err,
                  size_t size)
{
    char *end;

    errno = 0;
    *v = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0
        || !(*v >= o->min && *v <= o->max)
        || (o->kind == NP_KIND_UNSIGNED && *v != floor(*v))) {
        (void) snprintf(
            err, size, "--%s wants a %s from %g to %g, not '%s'", o->name,
            o->kind == NP_KIND_UNSIGNED ? "whole number" : "number", o->min,
            o->max, text);
        return -1;
    }
    return 0;
}


static int
np_compare_seed(uint64_t *seed, const char *text, char *err, size_t size)
{
    char *end;

    errno = 0;
    *seed = strtoull(text, &end, 0);
    if (end == text || *end != '\0' || errno != 0 || strchr(text, '-')
        || *seed > INT64_MAX) {
        /* jansson has no larger ones to write */
        (void) snprintf(err, size,
                        "--seed wants a whole number below 2^63, not '%s'",
                        text);
        return -1;
    }
    return 0;
}


/* "0,2-3" */
static int
np_compare_cpus(np_compare_options_t *o, const char *text, char *err,
                size_t size)
{
    const char   *p = text;
    char         *end;
    unsigned long first, last;
    cpu_set_t     have;

    CPU_ZERO(&o->cpus);
    for (;;) {
        first = last = strtoul(p, &end, 10);
        if (end != p && *end == '-') {
            p = end + 1;
            last = strtoul(p, &end, 10);
        }
        if (end == p || *p == '-' || first > last || last >= CPU_SETSIZE
            || (*end != ',' && *end != '\0')) {
            (void) snprintf(err, size, "--pin wants CPUs like 0,2-3, not '%s'",
                            text);
            return -1;
        }
        for (; first <= last; first++) {
            CPU_SET(first, &o->cpus);
        }
        if (*end == '\0') {
            break;
        }
        p = end + 1;
    }
    if (sched_getaffinity(0, sizeof(have), &have) == 0) {
        CPU_AND(&have, &have, &o->cpus);
        if (!CPU_EQUAL(&have, &o->cpus)) {
            (void) snprintf(err, size,
                            "--pin %s: not all of these CPUs are "
                            "ours",
                            text);
            return -1;
        }
    }
    o->pin = text;
    return 0;
}


static int
np_compare_set(np_compare_options_t *o, const np_option_t *opt, char *text,
               char *err, size_t size)
{
    char  *at = (char *) o + opt->offset;
    double v = 0;

    switch (opt->kind) {
    case NP_KIND_WORD:
        if (*text == '\0') {
            (void) snprintf(err, size, "--%s wants a value", opt->name);
            return -1;
        }
        *(const char **) (void *) at = text;
        return 0;
    case NP_KIND_FLAG:
        *(int *) (void *) at = 1;
        return 0;
    case NP_KIND_CPUS:
        return np_compare_cpus(o, text, err, size);
    case NP_KIND_SEED:
        return np_compare_seed(&o->seed, text, err, size);
    default:
        break;
    }
    if (np_compare_number(&v, opt, text, err, size) != 0) {
        return -1;
    }
    if (opt->kind == NP_KIND_UNSIGNED) {
        *(unsigned *) (void *) at = (unsigned) v;
    } else {
        *(double *) (void *) at
            = opt->kind == NP_KIND_MILLISECONDS ? v / 1000 : v;
    }
    return 0;
}


/* what only shows when all options are known */
static int
np_compare_options_fit(const np_compare_options_t *o, char *err, size_t size)
{
    const char *wrong = NULL;

    if (o->command[0] == NULL) {
        wrong = "a command to run is missing";
    } else if (o->load == NULL
               && (o->ready != NULL || o->port != 0 || o->idle > 0)) {
        wrong = "--ready, --port and --idle want --load";
    } else if (o->load != NULL && o->ready == NULL && o->port == 0) {
        wrong = "--load wants --ready or --port";
    } else if (o->ready != NULL && o->port != 0) {
        wrong = "--ready and --port exclude each other";
    }
    if (wrong == NULL) {
        return np_overwrite_check(o->file, NP_FILES, NULL, err, size);
    }
    (void) snprintf(err, size, "%s", wrong);
    return -1;
}


void
np_compare_options_init(np_compare_options_t *o)
{
    memset(o, 0, sizeof(*o));
    o->runs = 5;
    o->warmup = 1;
    o->interval = 0.01;
    o->linger = 10;
    o->ready_timeout = 30;
    o->seed = 1;
}


static int
np_compare_option(void *options, int c, char *text, char *err, size_t size)
{
    np_compare_options_t *o = options;

    if (c == 'h') {
        o->help = 1;
        return 0;
    }
    return np_compare_set(o, &np_option[c == 'n' ? 0 : c - 1000], text, err,
                          size);
}


int
np_compare_options_parse(np_compare_options_t *o, int argc, char **argv,
                         char *err, size_t size)
{
    struct option longs[NP_OPTIONS + 1];

    np_compare_options_init(o);
    memset(longs, 0, sizeof(longs));
    for (size_t i = 0; i < NP_OPTIONS; i++) {
        longs[i].name = np_option[i].name;
        longs[i].has_arg = np_option[i].kind == NP_KIND_FLAG
                               ? no_argument
                               : required_argument;
        longs[i].val = (int) (1000 + i);
    }
    if (np_arguments_parse(argc, argv, "+:n:h", longs, np_compare_option, o,
                           err, size)
        != 0) {
        return -1;
    }
    o->command = argv + optind;
    return o->help ? 0 : np_compare_options_fit(o, err, size);
}
