/*
 * ngxpool advise: which call sites would be better served by pools.
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_overwrite.h"
#include "cli/np_replace.h"
#include "cli/np_source.h"
#include "report/np_advice_file.h"
#include "report/np_advice_text.h"

static const char np_advise_text[]
    = "Usage: ngxpool advise [OPTION...] FILE\n"
      "\n"
      "Says which call sites of a profile would be better served by a pool of "
      "their\n"
      "own, with the evidence, what it may bring at most, and what it costs.\n"
      "\n"
      "  --top N             so many of each list (20); 0: all\n"
      "  --json=OUT          as JSON; - is standard output\n"
      "  --advice=OUT        the file for ngxpool run --advice\n"
      "  -h, --help\n";

static const char np_advise_examples[]
    = "\n"
      "Examples:\n"
      "  ngxpool advise ngxpool.1234.prof\n"
      "  ngxpool advise --advice=advice.txt ngxpool.1234.prof &&\n"
      "      ngxpool run --advice advice.txt -- ./program\n"
      "\n"
      "Exit status: 0 all went well, whether anything is advised or not; 2 "
      "wrong\n"
      "arguments; 3 FILE is no profile, or OUT cannot be written.\n";

typedef struct {
    np_source_options_t source;
    int                 help;
    unsigned            top;
    const char         *json;
    const char         *advice;
    const char         *file;
} np_advise_options_t;

enum {
    NP_ADVISE_JSON = 500,
    NP_ADVISE_ADVICE
};

static const struct option np_advise_longs[] = {
    {"top", required_argument, NULL, NP_SOURCE_TOP},
    {"json", required_argument, NULL, NP_ADVISE_JSON},
    {"advice", required_argument, NULL, NP_ADVISE_ADVICE},
    {"help", no_argument, NULL, 'h'},
    NP_SOURCE_LONGS,
    {NULL, 0, NULL, 0},
};


void
np_cmd_advise_usage(FILE *f)
{
    (void) fputs(np_advise_text, f);
    (void) fputs(np_source_usage, f);
    (void) fputs(np_advise_examples, f);
}


static int
np_advise_say(int status, const char *what, const char *detail)
{
    (void) fprintf(stderr, "ngxpool advise: %s%s\n", what, detail);
    return status;
}


static int
np_advise_set(void *options, int c, const char *text)
{
    np_advise_options_t *o = options;

    switch (c) {
    case NP_SOURCE_TOP:
        return np_source_top("advise", &o->top, text);
    case NP_ADVISE_JSON:
        o->json = text;
        break;
    case NP_ADVISE_ADVICE:
        o->advice = text;
        break;
    case 'h':
        o->help = 1;
        break;
    default:
        (void) np_source_option(&o->source, c, text);
        break;
    }
    if (text != NULL && *text == '\0') {
        return np_advise_say(-1, "an option wants a value that is not empty",
                             "");
    }
    return 0;
}


static int
np_advise_options(np_advise_options_t *o, int argc, char **argv)
{
    char err[NP_PROFILE_ERROR];

    memset(o, 0, sizeof(*o));
    o->top = 20;
    if (np_source_parse("advise", argc, argv, np_advise_longs, np_advise_set,
                        o)
        != 0) {
        return -1;
    }
    if (o->help) {
        return 0;
    }
    if (argc - optind != 1) {
        return np_advise_say(-1, "one profile is wanted; see ",
                             "'ngxpool advise --help'");
    }
    o->file = argv[optind];
    if (np_overwrite_check((const char *const[]){o->json, o->advice}, 2,
                           o->file, err, sizeof(err))
        != 0) {
        return np_advise_say(-1, err, "");
    }
    return 0;
}


typedef int (*np_advise_write_pt)(FILE *f, const np_advice_t *a,
                                  np_symbols_t *y, const char *name);


static int
np_advise_machine(FILE *f, const np_advice_t *a, np_symbols_t *y,
                  const char *name)
{
    unsigned left, n = np_advice_file_write(f, a, y, &left);

    (void) name;
    if (left != 0) {
        (void) fprintf(stderr,
                       "ngxpool advise: the file of --advice has the best %u "
                       "sites; the library reads no more, and %u are left "
                       "out\n",
                       n, left);
    }
    if (n == 0) {
        (void) np_advise_say(0, "nothing can be routed at run time: ",
                             "the file of --advice names no site");
    }
    return 0;
}


static int
np_advise_write(const char *out, np_advise_write_pt write,
                const np_advice_t *a, np_symbols_t *y, const char *name)
{
    np_replace_t file;
    int          bad;

    if (np_replace_begin(&file, out) != 0) {
        (void) fprintf(stderr, "ngxpool advise: %s: %m\n", out);
        return NP_EXIT_TROUBLE;
    }
    bad = write(file.f, a, y, name) != 0;
    return np_replace_end(&file, !bad) != 0 || bad ? np_advise_say(
               NP_EXIT_TROUBLE, out, ": it could not be written")
                                                   : NP_EXIT_OK;
}


static int
np_advise_all(const np_advise_options_t *o, const np_advice_t *a,
              np_symbols_t *y)
{
    int status = NP_EXIT_OK;

    if (o->json != NULL) {
        status = np_advise_write(o->json, np_advice_json, a, y, o->file);
    }
    if (status == NP_EXIT_OK && o->advice != NULL) {
        status = np_advise_write(o->advice, np_advise_machine, a, y, o->file);
    }
    if (status == NP_EXIT_OK && (o->json == NULL || strcmp(o->json, "-") != 0)
        && (o->advice == NULL || strcmp(o->advice, "-") != 0)) {
        np_advice_text(stdout, a, y, o->file, o->top);
        if (fflush(stdout) != 0 || ferror(stdout)) {
            status = np_advise_say(NP_EXIT_TROUBLE, "writing failed", "");
        }
    }
    return status;
}


int
np_cmd_advise(int argc, char **argv)
{
    np_advise_options_t o;
    np_source_t         s;
    np_advice_t         a;
    int                 status;

    if (np_advise_options(&o, argc, argv) != 0) {
        return NP_EXIT_USAGE;
    }
    if (o.help) {
        np_cmd_advise_usage(stdout);
        return NP_EXIT_OK;
    }
    status = np_source_open(&s, o.file, &o.source);
    if (status != NP_EXIT_OK) {
        return status;
    }
    if (np_advice_make(&a, s.p, s.y) != 0) {
        status = np_advise_say(NP_EXIT_TROUBLE, "no memory", "");
    } else {
        status = np_advise_all(&o, &a, s.y);
        np_advice_free(&a);
    }
    np_source_close(&s);
    return status;
}
