/*
 * ngxpool check: is a profile within its limits?  For continuous integration.
 */
#include "config.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_source.h"
#include "report/np_limit.h"

typedef struct {
    np_source_options_t source;
    np_text_options_t   text;
    double              max[NP_LIMITS];
    const char         *baseline; /* or NULL */
    double              tolerance;
    const char         *file;
    int                 help;
} np_check_options_t;


void
np_cmd_check_usage(FILE *f)
{
    (void) fputs(
        "Usage: ngxpool check [OPTION...] FILE\n"
        "\n"
        "Says whether the profile FILE is within its limits; one "
        "limit or a baseline is\n"
        "wanted.  A number N may end in K, M, G or T, or KiB, KB and so "
        "on (powers of\n"
        "1024), and may have a fraction then.\n"
        "\n",
        f);
    for (int i = 0; i < NP_LIMITS; i++) {
        char option[32];

        (void) snprintf(option, sizeof(option), "--%s N", np_limit[i].option);
        (void) fprintf(f, "  %-20s%s\n", option, np_limit[i].help);
    }
    (void) fputs("  --baseline PROFILE  no figure larger than in PROFILE\n"
                 "  --tolerance PCT     ... by more than PCT percent (5)\n"
                 "  --exact             bytes and counts to the last digit\n"
                 "  --color WHEN        auto (on a terminal), always, never\n"
                 "  -h, --help\n",
                 f);
    (void) fputs(np_source_usage, f);
    (void) fputs("\n"
                 "Examples:\n"
                 "  ngxpool check --max-peak 64M --max-leaked 0 test.prof\n"
                 "  ngxpool check --baseline main.prof --tolerance 2 "
                 "branch.prof\n"
                 "\n"
                 "Exit status: 0 within all limits; 1 not; 2 wrong arguments; "
                 "3 a file is no\nprofile.\n",
                 f);
}


static int
np_check_wrong(const char *format, const char *value)
{
    return np_source_wrong("check", format, value);
}


/* values of getopt_long; limits are 0 and up */
enum {
    NP_CHECK_BASELINE = 500,
    NP_CHECK_TOLERANCE
};

static const struct option np_check_longs[] = {
    {"baseline", required_argument, NULL, NP_CHECK_BASELINE},
    {"tolerance", required_argument, NULL, NP_CHECK_TOLERANCE},
    {"help", no_argument, NULL, 'h'},
    NP_SOURCE_MANNER_LONGS,
    NP_SOURCE_LONGS,
};

#define NP_CHECK_LONGS (sizeof(np_check_longs) / sizeof(np_check_longs[0]))


static int
np_check_set(void *options, int option, const char *value)
{
    np_check_options_t *o = options;

    if (option >= 0 && option < NP_LIMITS) {
        return np_source_number(&o->max[option], value) == 0
                   ? 0
                   : np_check_wrong("a limit is a whole number, or one like "
                                    "1.5M, not '%s'",
                                    value);
    }
    switch (option) {
    case NP_CHECK_BASELINE:
        o->baseline = value;
        return 0;
    case NP_CHECK_TOLERANCE:
        return np_source_percent(&o->tolerance, value) == 0
                   ? 0
                   : np_check_wrong("--tolerance wants a percentage, not '%s'",
                                    value);
    case 'h':
        o->help = 1;
        return 0;
    default:
        return np_source_option(&o->source, option, value)
                   ? 0
                   : np_source_text("check", &o->text, option, value);
    }
}


static int
np_check_fit(np_check_options_t *o, int argc, char **argv)
{
    int limits = o->baseline != NULL;

    for (int i = 0; i < NP_LIMITS; i++) {
        limits += !isnan(o->max[i]);
    }
    if (argc - optind != 1) {
        return np_check_wrong("%s", optind == argc ? "a profile is missing"
                                                   : "one profile at a time");
    }
    if (limits == 0) {
        return np_check_wrong("%s", "a limit is missing; try --help");
    }
    o->file = o->text.name = argv[optind];
    return 0;
}


static int
np_check_parse(np_check_options_t *o, int argc, char **argv)
{
    struct option longs[NP_CHECK_LONGS + NP_LIMITS + 1];

    memset(o, 0, sizeof(*o));
    memset(longs, 0, sizeof(longs));
    o->tolerance = 5;
    o->source.nameless = 1;
    np_source_text_init(&o->text);
    memcpy(longs, np_check_longs, sizeof(np_check_longs));
    for (int i = 0; i < NP_LIMITS; i++) {
        o->max[i] = NAN;
        longs[NP_CHECK_LONGS + i].name = np_limit[i].option;
        longs[NP_CHECK_LONGS + i].has_arg = required_argument;
        longs[NP_CHECK_LONGS + i].val = i;
    }
    if (np_source_parse("check", argc, argv, longs, np_check_set, o) != 0) {
        return -1;
    }
    return o->help ? 0 : np_check_fit(o, argc, argv);
}


int
np_cmd_check(int argc, char **argv)
{
    np_check_options_t o;
    np_source_t        s, base = {NULL, NULL, NULL, NULL};
    int                status;

    if (np_check_parse(&o, argc, argv) != 0) {
        return NP_EXIT_USAGE;
    }
    if (o.help) {
        np_cmd_check_usage(stdout);
        return NP_EXIT_OK;
    }
    status = np_source_open(&s, o.file, &o.source);
    if (status != NP_EXIT_OK) {
        return status;
    }
    if (o.baseline != NULL) {
        status = np_source_open(&base, o.baseline, &o.source);
    }
    if (status == NP_EXIT_OK) {
        np_text_t t = {stdout, s.p, s.y, &o.text, NULL};

        if (np_limit_check(&t, o.max, base.p, o.tolerance) != 0) {
            status = NP_EXIT_FAILED;
        }
        if (fflush(stdout) != 0 || ferror(stdout)) {
            (void) np_check_wrong("%s", "writing failed");
            status = NP_EXIT_TROUBLE;
        }
        np_source_close(&base);
    }
    np_source_close(&s);
    return status;
}
