#ifndef NP_COMPARE_OPTIONS_H
#define NP_COMPARE_OPTIONS_H

/*
 * The arguments of `ngxpool compare`.
 */

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    NP_FILE_JSON = 0,
    NP_FILE_CSV,
    NP_FILE_HTML,
    NP_FILE_SAMPLES,
    NP_FILES
} np_file_e;

typedef struct {
    int         help;
    unsigned    runs;
    unsigned    warmup;
    const char *with;     /* NULL: all that are installed */
    double      interval; /* seconds, all of them */
    double      timeout;
    double      linger;
    double      idle;
    double      ready_timeout;
    const char *file[NP_FILES]; /* NULL: not wanted */
    uint64_t    seed;
    const char *pin; /* NULL: not pinned */
    cpu_set_t   cpus;
    int         any_output;
    const char *load; /* NULL: not a server */
    const char *ready;
    unsigned    port;
    char      **command; /* NULL at its end */
} np_compare_options_t;

/* the defaults, without a command */
void np_compare_options_init(np_compare_options_t *o);

/* -1: err[] says in one line what is wrong */
int np_compare_options_parse(np_compare_options_t *o, int argc, char **argv,
                             char *err, size_t size);

#endif
