/*
 * ngxpool diff: what differs between two profiles.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_source.h"
#include "report/np_diff.h"

typedef struct {
    np_source_options_t source;
    np_text_options_t   text;
    const char         *file[2];
    int                 help;
} np_diff_options_t;

static const char np_diff_usage[]
    = "Usage: ngxpool diff [OPTION...] BEFORE AFTER\n"
      "\n"
      "Shows which call stacks grew, shrank, are new or gone from one profile "
      "to\n"
      "another.  Stacks are compared by the names of their functions, so the "
      "two\n"
      "may be of different builds.\n"
      "\n"
      "  --sort FIGURE       what is compared (live); ngxpool help report "
      "lists them\n"
      "  --top N             changes that are shown (10); 0: all\n"
      "  --by KIND           stack (default), function or module\n"
      "  --exact             bytes and counts to the last digit\n"
      "  --color WHEN        auto (on a terminal), always, never\n"
      "  -h, --help\n";


void
np_cmd_diff_usage(FILE *f)
{
    (void) fputs(np_diff_usage, f);
    (void) fputs(np_source_usage, f);
    (void) fputs("\n"
                 "Example:\n"
                 "  ngxpool diff --sort peak old.prof new.prof\n"
                 "\n"
                 "Exit status: 0, whether they differ or not; 2 wrong "
                 "arguments; 3 a file is\nno profile.\n",
                 f);
}


static int
np_diff_wrong(const char *format, const char *value)
{
    return np_source_wrong("diff", format, value);
}


#define NP_DIFF_BY 500

static const struct option np_diff_longs[] = {
    {"by", required_argument, NULL, NP_DIFF_BY},
    {"help", no_argument, NULL, 'h'},
    NP_SOURCE_LIST_LONGS,
    NP_SOURCE_MANNER_LONGS,
    NP_SOURCE_LONGS,
    {NULL, 0, NULL, 0},
};


static int
np_diff_by(np_diff_options_t *o, const char *kind)
{
    int by = np_by_find(kind);

    if (by != NP_BY_STACK && by != NP_BY_FUNCTION && by != NP_BY_MODULE) {
        return np_diff_wrong("--by wants stack, function or module, not '%s'",
                             kind);
    }
    o->text.by = (np_by_e) by;
    return 0;
}


static int
np_diff_set(void *options, int option, const char *value)
{
    np_diff_options_t *o = options;

    switch (option) {
    case NP_DIFF_BY:
        return np_diff_by(o, value);
    case 'h':
        o->help = 1;
        return 0;
    default:
        return np_source_option(&o->source, option, value)
                   ? 0
                   : np_source_text("diff", &o->text, option, value);
    }
}


static int
np_diff_parse(np_diff_options_t *o, int argc, char **argv)
{
    memset(o, 0, sizeof(*o));
    np_source_text_init(&o->text);
    o->text.by = NP_BY_STACK;
    if (np_source_parse("diff", argc, argv, np_diff_longs, np_diff_set, o)
        != 0) {
        return -1;
    }
    if (o->help) {
        return 0;
    }
    if (argc - optind != 2) {
        return np_diff_wrong("%s", "two profiles are wanted: BEFORE AFTER");
    }
    o->file[0] = argv[optind];
    o->file[1] = argv[optind + 1];
    return 0;
}


int
np_cmd_diff(int argc, char **argv)
{
    np_diff_options_t o;
    np_source_t       s[2];
    int               status;

    if (np_diff_parse(&o, argc, argv) != 0) {
        return NP_EXIT_USAGE;
    }
    if (o.help) {
        np_cmd_diff_usage(stdout);
        return NP_EXIT_OK;
    }
    status = np_source_open(&s[0], o.file[0], &o.source);
    if (status != NP_EXIT_OK) {
        return status;
    }
    status = np_source_open(&s[1], o.file[1], &o.source);
    if (status == NP_EXIT_OK) {
        np_text_t a = {stdout, s[0].p, s[0].y, &o.text, NULL};
        np_text_t b = {stdout, s[1].p, s[1].y, &o.text, NULL};

        if (np_text_diff(&a, &b) != 0 || fflush(stdout) != 0
            || ferror(stdout)) {
            (void) np_diff_wrong("%s", "writing failed");
            status = NP_EXIT_TROUBLE;
        }
        np_source_close(&s[1]);
    }
    np_source_close(&s[0]);
    return status;
}
