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

#include "cli/np_run_options.h"

/* where the report goes; NULL: it was said why that cannot be written */
FILE *np_run_results_open(const char *name);

/* report: NULL when none is wanted */
void np_run_results(const np_run_options_t *o, const char *pattern,
                    uint64_t since, pid_t command, FILE *report);

void np_run_results_close(FILE *report, const char *name);

#endif
