#ifndef NP_SOURCE_H
#define NP_SOURCE_H

/*
 * A profile as a command gets it from its arguments: read, with its symbols,
 * filtered.  Options that all such commands have.
 */

#include <getopt.h>
#include <stddef.h>

#include "report/np_figure.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"
#include "report/np_text.h"

typedef struct {
    np_symbols_options_t symbols;
    const char          *filter; /* regular expression, or NULL */

    /* 1: the command shows no names, so that none are looked for but by the
     * filter */
    int nameless;
} np_source_options_t;

typedef struct {
    np_profile_t *p;
    np_symbols_t *y;

    /* folders of the options as symbols are looked for in them, or NULL */
    char *sysroot, *debug;
} np_source_t;

/* entries of a getopt_long table, and the values that they return */
#define NP_SOURCE_SYSROOT    900
#define NP_SOURCE_DEBUG      901
#define NP_SOURCE_DEBUGINFOD 902
#define NP_SOURCE_FILTER     903
#define NP_SOURCE_LONGS                                                       \
    {"sysroot", required_argument, NULL, NP_SOURCE_SYSROOT},                  \
        {"debug-dir", required_argument, NULL, NP_SOURCE_DEBUG},              \
        {"debuginfod", no_argument, NULL, NP_SOURCE_DEBUGINFOD},              \
    {                                                                         \
        "filter", required_argument, NULL, NP_SOURCE_FILTER                   \
    }

/* of commands that print text */
#define NP_SOURCE_SORT  904
#define NP_SOURCE_TOP   905
#define NP_SOURCE_EXACT 906
#define NP_SOURCE_COLOR 907
#define NP_SOURCE_MANNER_LONGS                                                \
    {"exact", no_argument, NULL, NP_SOURCE_EXACT},                            \
    {                                                                         \
        "color", required_argument, NULL, NP_SOURCE_COLOR                     \
    }
#define NP_SOURCE_LIST_LONGS                                                  \
    {"sort", required_argument, NULL, NP_SOURCE_SORT},                        \
    {                                                                         \
        "top", required_argument, NULL, NP_SOURCE_TOP                         \
    }

/* their part of a usage text */
extern const char np_source_usage[];

/* what a command does with an option of its own table; -1: after one line */
typedef int (*np_source_set_pt)(void *o, int option, const char *value);

/* passes all options to set; optind is the first argument behind them.
 * -1, after one line on standard error: one is wrong */
int np_source_parse(const char *command, int argc, char **argv,
                    const struct option *longs, np_source_set_pt set, void *o);

/* 1: it was one of them */
int np_source_option(np_source_options_t *o, int option, const char *value);

/* how text looks before any option: ten of each list, colours on a terminal */
void np_source_text_init(np_text_options_t *t);

/* one of the options of text; -1: its value is wrong, which one line on
 * standard error has said */
int np_source_text(const char *command, np_text_options_t *t, int option,
                   const char *value);

/* a figure, or a length of lists; -1, after one line on standard error */
int np_source_figure(const char *command, np_figure_e *f, const char *key);
int np_source_top(const char *command, unsigned *top, const char *value);

/* an exit status; when it is not NP_EXIT_OK, one line on standard error has
 * said why, and nothing is to be closed */
int  np_source_open(np_source_t *s, const char *file,
                    const np_source_options_t *o);
void np_source_close(np_source_t *s);

/* -1, after one line on standard error about an argument of the command; the
 * format has one %s, for value */
int np_source_wrong(const char *command, const char *format,
                    const char *value);

/* "8K", "1.5M", "2GiB", "100": bytes or a count; -1: it is none, nor is a
 * fraction of one */
int np_source_number(double *v, const char *text);

/* "5", "0.5"; -1: it is no percentage */
int np_source_percent(double *v, const char *text);

/* -1: it is none of auto, always, never; auto: standard output is a terminal
 * and NO_COLOR is not set, or empty */
int np_source_colour(int *colour, const char *when);

/* what "auto" means for a file descriptor */
int np_source_has_colour(int fd);

#endif
