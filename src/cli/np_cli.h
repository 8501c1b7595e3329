#ifndef NP_CLI_H
#define NP_CLI_H

/*
 * The commands of `ngxpool`: each has a file of its own and one line in the
 * table of main.c.
 */

#include <stdio.h>

/* exit statuses, the same for all commands; 128 + N: stopped by signal N */
typedef enum {
    NP_EXIT_OK = 0,
    NP_EXIT_FAILED = 1,    /* a run failed, outputs differ, a limit was
                              exceeded or its figure not known, a process not
                              profiled */
    NP_EXIT_USAGE = 2,     /* arguments; one line on standard error */
    NP_EXIT_TROUBLE = 3,   /* a file cannot be read or written, no memory */
    NP_EXIT_NOT_RUN = 126, /* the command cannot be run */
    NP_EXIT_NOT_FOUND = 127
} np_exit_e;

typedef struct {
    const char *name;
    const char *help;                  /* one line */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
    void (*usage)(FILE *f);
} np_command_t;

int  np_cmd_compare(int argc, char **argv);
void np_cmd_compare_usage(FILE *f);

int  np_cmd_run(int argc, char **argv);
void np_cmd_run_usage(FILE *f);

int  np_cmd_top(int argc, char **argv);
void np_cmd_top_usage(FILE *f);

int  np_cmd_advise(int argc, char **argv);
void np_cmd_advise_usage(FILE *f);

int  np_cmd_check(int argc, char **argv);
void np_cmd_check_usage(FILE *f);

int  np_cmd_diff(int argc, char **argv);
void np_cmd_diff_usage(FILE *f);

int  np_cmd_report(int argc, char **argv);
void np_cmd_report_usage(FILE *f);

#endif
