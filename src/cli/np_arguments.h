#ifndef NP_ARGUMENTS_H
#define NP_ARGUMENTS_H

/*
 * The options among a command's arguments, as getopt_long finds them.
 */

#include <getopt.h>
#include <stddef.h>

/* takes one option into o, text is its value or NULL; -1: err[] says what is
 * wrong with it */
typedef int (*np_arguments_set_pt)(void *o, int option, char *text, char *err,
                                   size_t size);

/* Passes all options to set; optind is the first argument behind them.  The
 * short ones are as getopt wants them, with ':' in front for what has no
 * value.  -1: err[] says which is wrong. */
int np_arguments_parse(int argc, char **argv, const char *shorts,
                       const struct option *longs, np_arguments_set_pt set,
                       void *o, char *err, size_t size);

#endif
