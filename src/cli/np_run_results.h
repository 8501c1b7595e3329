#ifndef NP_RUN_RESULTS_H
#define NP_RUN_RESULTS_H

/*
 * What follows a profiled run: its profiles are gzipped and named, one line
 * each, and reported.  Whatever goes wrong here is said and changes nothing:
 * the exit status is the command's.  One thread.
 */

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct {
    const char *tool; /* "ngxpool run", before each message */
    const char *pattern;
    const char *only;  /* NULL: every command */
    uint64_t    since; /* np_outputs_now() before the command was started */
    pid_t       command;
    FILE       *report; /* NULL: none is wanted */
    int         all;    /* a report of each, not of the command's only */
} np_run_results_t;

void np_run_results(const np_run_results_t *r);

/* where the report goes; NULL, -1: it was said why that cannot be written */
FILE *np_run_results_open(const char *name);
int   np_run_results_close(FILE *report, const char *name);

#endif
