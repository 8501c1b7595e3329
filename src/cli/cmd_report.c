/*
 * ngxpool report: what a profile says, for the terminal or as a file for other
 * tools.
 */
#include "config.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/np_cli.h"
#include "cli/np_overwrite.h"
#include "cli/np_replace.h"
#include "cli/np_source.h"
#include "report/np_export.h"
#include "report/np_figure.h"
#include "report/np_text.h"

typedef struct {
    const char  *name; /* --NAME=FILE */
    const char  *help;
    np_export_pt write;
} np_report_export_t;

static const np_report_export_t np_report_export[] = {
    {"json", "all figures, for scripts", np_export_json},
    {"pprof", "for go tool pprof, Pyroscope, Parca", np_export_pprof},
    {"folded", "a line a stack, for flame graphs", np_export_folded},
    {"speedscope", "for speedscope.app", np_export_speedscope},
    {"callgrind", "for kcachegrind", np_export_callgrind},
    {"html", "a page for a browser, complete in itself", np_export_html},
    {"dhat", "for valgrind's dh_view.html", np_export_dhat},
};

#define NP_EXPORTS (sizeof(np_report_export) / sizeof(np_report_export[0]))

typedef struct {
    np_source_options_t source;
    np_text_options_t   text;
    int                 metric; /* np_figure_e; -1: that of --sort */
    int                 sort;   /* there is one */
    const char         *file;
    const char         *out[NP_EXPORTS]; /* NULL: not wanted; "-" */
    int                 help;
} np_report_options_t;

static const char np_report_text[]
    = "Usage: ngxpool report [OPTION...] FILE\n"
      "\n"
      "Shows what the profile FILE says, which may be one still being "
      "written.\n"
      "\n"
      "  --sort FIGURE       one list of sites, by this figure\n"
      "  --top N             entries of each list (10); 0: all\n"
      "  --by KIND           sum up by function, module, thread, size, stack "
      "or\n"
      "                      site\n"
      "  --tree[=callees|callers]\n"
      "                      who calls whom, from _start or to it\n"
      "  --exact             bytes and counts to the last digit\n"
      "  --color WHEN        auto (on a terminal), always, never\n"
      "  -h, --help\n";


void
np_cmd_report_usage(FILE *f)
{
    (void) fputs(np_report_text, f);
    (void) fputs(np_source_usage, f);
    (void) fputs("Exports, instead of the text; FILE may be -:\n", f);
    for (size_t i = 0; i < NP_EXPORTS; i++) {
        char option[32];

        (void) snprintf(option, sizeof(option), "--%s=FILE",
                        np_report_export[i].name);
        (void) fprintf(f, "  %-19s %s\n", option, np_report_export[i].help);
    }
    (void) fputs("  --metric FIGURE     for those that show one only (that of "
                 "--sort, or live)\n"
                 "Figures:\n",
                 f);
    for (int i = 0; i < NP_FIGURES; i++) {
        (void) fprintf(f, "  %-19s %s\n", np_figure[i].key, np_figure[i].help);
    }
    (void) fputs("\n"
                 "Examples:\n"
                 "  ngxpool report --top 3 server.prof\n"
                 "  ngxpool report --sort pinned --filter parse_ server.prof\n"
                 "  ngxpool report --folded=- --metric peak server.prof\n"
                 "\n"
                 "Exit status: 0; 2 wrong arguments; 3 FILE is no profile, or "
                 "a file\ncould not be written.\n",
                 f);
}


static int
np_report_wrong(const char *format, const char *value)
{
    return np_source_wrong("report", format, value);
}


static int
np_report_tree(np_report_options_t *o, const char *kind)
{
    if (kind == NULL || strcmp(kind, "callees") == 0) {
        o->text.tree = NP_TREE_CALLEES;
    } else if (strcmp(kind, "callers") == 0) {
        o->text.tree = NP_TREE_CALLERS;
    } else {
        return np_report_wrong("--tree wants callees or callers, not '%s'",
                               kind);
    }
    return 0;
}


/* values of getopt_long; exports are 0 and up */
enum {
    NP_REPORT_BY = 500,
    NP_REPORT_TREE,
    NP_REPORT_METRIC
};

static const struct option np_report_longs[] = {
    {"by", required_argument, NULL, NP_REPORT_BY},
    {"tree", optional_argument, NULL, NP_REPORT_TREE},
    {"metric", required_argument, NULL, NP_REPORT_METRIC},
    {"help", no_argument, NULL, 'h'},
    NP_SOURCE_LIST_LONGS,
    NP_SOURCE_MANNER_LONGS,
    NP_SOURCE_LONGS,
};

#define NP_REPORT_LONGS (sizeof(np_report_longs) / sizeof(np_report_longs[0]))


static int
np_report_by(np_report_options_t *o, const char *kind)
{
    int by = np_by_find(kind);

    if (by < 0) {
        return np_report_wrong("--by does not know '%s'", kind);
    }
    o->text.by = (np_by_e) by;
    o->text.sorted = 1;
    return 0;
}


static int
np_report_set(void *options, int option, const char *value)
{
    np_report_options_t *o = options;
    np_figure_e          metric;

    if (option >= 0 && option < (int) NP_EXPORTS) {
        o->out[option] = value;
        return 0;
    }
    switch (option) {
    case NP_REPORT_METRIC:
        if (np_source_figure("report", &metric, value) != 0) {
            return -1;
        }
        o->metric = (int) metric;
        return 0;
    case NP_REPORT_BY:
        return np_report_by(o, value);
    case NP_REPORT_TREE:
        return np_report_tree(o, value);
    case 'h':
        o->help = 1;
        return 0;
    default:
        o->sort |= option == NP_SOURCE_SORT;
        return np_source_option(&o->source, option, value)
                   ? 0
                   : np_source_text("report", &o->text, option, value);
    }
}


static int
np_report_parse(np_report_options_t *o, int argc, char **argv)
{
    struct option longs[NP_REPORT_LONGS + NP_EXPORTS + 1];
    char          err[NP_PROFILE_ERROR];

    memset(o, 0, sizeof(*o));
    o->metric = -1;
    memset(longs, 0, sizeof(longs));
    np_source_text_init(&o->text);
    memcpy(longs, np_report_longs, sizeof(np_report_longs));
    for (size_t i = 0; i < NP_EXPORTS; i++) {
        longs[NP_REPORT_LONGS + i].name = np_report_export[i].name;
        longs[NP_REPORT_LONGS + i].has_arg = required_argument;
        longs[NP_REPORT_LONGS + i].val = (int) i;
    }
    if (np_source_parse("report", argc, argv, longs, np_report_set, o) != 0) {
        return -1;
    }
    if (o->help) {
        return 0;
    }
    if (argc - optind != 1) {
        return np_report_wrong("%s", optind == argc ? "a profile is missing"
                                                    : "one profile at a time");
    }
    if (o->source.filter != NULL && o->text.by == NP_BY_THREAD) {
        return np_report_wrong("%s", "--filter does not go with --by thread: "
                                     "sites are not known by thread");
    }
    if (o->sort && !np_by_knows(o->text.by, o->text.sort)) {
        return np_report_wrong(o->text.by == NP_BY_THREAD
                                   ? "--by thread knows total, allocs and "
                                     "remote, and no '%s' to sort by"
                                   : "--by size knows allocs, and no '%s' to "
                                     "sort by",
                               np_figure[o->text.sort].key);
    }
    o->file = argv[optind];
    return np_overwrite_check(o->out, NP_EXPORTS, o->file, err, sizeof(err))
                   == 0
               ? 0
               : np_report_wrong("%s", err);
}


static int
np_report_write(const np_report_options_t *o, const np_source_t *s, size_t i)
{
    np_figure_e metric
        = o->metric >= 0 ? (np_figure_e) o->metric : o->text.sort;
    np_export_t  x = {s->p, s->y, o->file, metric};
    const char  *out = o->out[i];
    np_replace_t file;
    int          bad;

    if (np_replace_begin(&file, out) != 0) {
        (void) fprintf(stderr, "ngxpool: %s: %m\n", out);
        return NP_EXIT_TROUBLE;
    }
    bad = np_report_export[i].write(file.f, &x) != 0;
    if (np_replace_end(&file, !bad) != 0 || bad) {
        (void) fprintf(stderr, "ngxpool: %s: it could not be written\n", out);
        return NP_EXIT_TROUBLE;
    }
    return NP_EXIT_OK;
}


static int
np_report_show(np_report_options_t *o, const np_source_t *s)
{
    np_text_t t = {stdout, s->p, s->y, &o->text, NULL};
    int       status = NP_EXIT_OK, any = 0;

    o->text.name = o->file;
    for (size_t i = 0; i < NP_EXPORTS && status == NP_EXIT_OK; i++) {
        if (o->out[i] != NULL) {
            status = np_report_write(o, s, i);
            any = 1;
        }
    }
    if (any) {
        return status;
    }
    if (np_text_report(&t) != 0 || fflush(stdout) != 0 || ferror(stdout)) {
        (void) np_report_wrong("%s", "writing failed");
        return NP_EXIT_TROUBLE;
    }
    return NP_EXIT_OK;
}


int
np_cmd_report(int argc, char **argv)
{
    np_report_options_t o;
    np_source_t         s;
    int                 status;

    if (np_report_parse(&o, argc, argv) != 0) {
        return NP_EXIT_USAGE;
    }
    if (o.help) {
        np_cmd_report_usage(stdout);
        return NP_EXIT_OK;
    }
    status = np_source_open(&s, o.file, &o.source);
    if (status == NP_EXIT_OK) {
        status = np_report_show(&o, &s);
        np_source_close(&s);
    }
    return status;
}
