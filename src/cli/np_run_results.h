#ifndef NP_RUN_RESULTS_H
#define NP_RUN_RESULTS_H

/*
 * What follows a profiled run: its profiles are packed (np_pack.h) and named,
 * one line each, and reported.  Whatever goes wrong with a profile is said and
 * changes nothing; a report that cannot be written is for the caller to tell
 * (np_run_results_close()).  One thread.
 */

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "cli/np_replace.h"

typedef struct {
    const char *tool; /* "ngxpool run", before each message */
    const char *pattern;
    const char *only;  /* NULL: every command */
    int         alone; /* without its children: --no-follow */
    int         own;   /* it brings its own malloc, which was said */
    uint64_t    since; /* np_outputs_now() before the command was started */
    pid_t       command;
    FILE       *report; /* NULL: none is wanted */
    int         all;    /* a report of each, not of the command's only */
} np_run_results_t;

void np_run_results(const np_run_results_t *r);

/* where the report goes, NULL: standard error; if it is not good, what was
 * there before stays.  -1: it was said why it cannot be written */
int np_run_results_open(np_replace_t *report, const char *name);
int np_run_results_close(np_replace_t *report, const char *name, int good);

#endif
