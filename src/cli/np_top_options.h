#ifndef NP_TOP_OPTIONS_H
#define NP_TOP_OPTIONS_H

/*
 * The arguments of `ngxpool top`.
 */

#include <stddef.h>

#include "cli/np_top_view.h"

typedef struct {
    int           help;
    int           batch;
    np_top_pace_t pace;
    np_top_key_e  key;
    const char   *filter; /* "": none */
    unsigned      top;    /* rows with --batch, 0: all */
    const char   *profile;
    const char   *output;
    const char   *log;        /* NULL: as the help says */
    const char   *starting;   /* one given that is for a COMMAND; NULL: none */
    int           is_command; /* -- was given */
    char        **command;    /* PID, FILE or COMMAND; NULL at its end */
} np_top_options_t;

/* -1: err[] says in one line what is wrong */
int np_top_options_parse(np_top_options_t *o, int argc, char **argv, char *err,
                         size_t size);

#endif
