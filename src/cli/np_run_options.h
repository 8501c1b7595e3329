#ifndef NP_RUN_OPTIONS_H
#define NP_RUN_OPTIONS_H

/*
 * The arguments of `ngxpool run`.
 */

#include <stddef.h>

typedef struct {
    int         help;
    const char *profile; /* a value of NGXPOOL_PROFILE */
    const char *output;  /* pattern of the profiles' names */
    const char *report;  /* NULL: standard error; "-": standard output */
    int         report_all;
    int         no_report;
    unsigned    depth; /* 0: as it is */
    int         follow;
    const char *only;    /* NULL: every command */
    const char *advice;  /* NULL: a profile; else: what-if */
    unsigned    runs;    /* of either kind, what-if */
    char      **command; /* NULL at its end */
} np_run_options_t;

#define NP_RUN_OUTPUT "ngxpool.%p.prof"

/* what is said of a name that np_run_output_is_valid() refuses */
#define NP_RUN_OUTPUT_WRONG                                                   \
    "--output knows %p, the process, %n, the command's name, and %%, a %"

/* -1: err[] says in one line what is wrong */
int np_run_options_parse(np_run_options_t *o, int argc, char **argv, char *err,
                         size_t size);

/* whether a text is a value of NGXPOOL_PROFILE that switches profiling on:
 * "exact", "sample" or "sample:BYTES" (1 to 2^40, with k or m) */
int np_run_profile_is_valid(const char *text);

/* whether a name of profiles has no other % than %p, %n and %% */
int np_run_output_is_valid(const char *text);

#endif
