#ifndef NP_OPTIONS_H
#define NP_OPTIONS_H

/*
 * The options of libngxpool.so: one table says name, kind, unit, range,
 * default and help of each NGXPOOL_ variable; np_options_init() reads them
 * once, before the first allocation is served.  A value that cannot be read
 * or is out of range gets one line on standard error, naming the variable,
 * the value and what is allowed, and the default holds.  An NGXPOOL_ variable
 * that is not in the table gets one line too (a misspelling).  An empty value
 * is no value.  AT_SECURE processes ignore all of them.
 *
 * Afterwards the values are constant: any thread reads them freely.
 */

#include <stddef.h>

#include "base/np_out.h"

typedef enum {
    NP_FORMAT_TEXT = 0,
    NP_FORMAT_JSON
} np_format_e;

typedef enum {
    NP_ABORT_ABORT = 0, /* one line, then SIGABRT */
    NP_ABORT_EXIT,      /* one line, then _exit(134) */
    NP_ABORT_IGNORE     /* one line, the offending call does nothing */
} np_abort_e;

/* NGXPOOL_PROFILE=off, =exact */
#define NP_PROFILE_OFF   ((size_t) -1)
#define NP_PROFILE_EXACT ((size_t) 0)

/* NGXPOOL_PURGE=off */
#define NP_PURGE_OFF ((size_t) -1)

typedef enum {
    NP_FOREIGN_FATAL = 0, /* as any misuse: np_abort_e */
    NP_FOREIGN_IGNORE     /* counted; one line in all */
} np_foreign_e;

typedef enum {
    NP_DEEPBIND_CLEAR = 0,
    NP_DEEPBIND_KEEP
} np_deepbind_e;

typedef struct {
    /* NGXPOOL_REPORT: "" = off, "stderr", or a file name in which %p stands
     * for the process id and %n for the command's name */
    char   report[256];
    size_t report_format; /* NGXPOOL_REPORT_FORMAT=text|json (np_format_e) */
    size_t report_exact; /* NGXPOOL_REPORT_EXACT=0|1: bytes, not human units */
    size_t max;          /* NGXPOOL_MAX: 16..4095 bytes, of one request */
    size_t block;        /* NGXPOOL_BLOCK: first block of a pool, 512..1 MiB */
    size_t reclaim;      /* NGXPOOL_RECLAIM=on|off */
    size_t purge;        /* NGXPOOL_PURGE=off|0..1000: free memory may be so
                             many percent of the live before it goes back */
    size_t background;   /* NGXPOOL_BACKGROUND=0|1: a purging thread */
    size_t check;        /* NGXPOOL_CHECK=0|1: junk, redzones, quarantine */
    size_t quarantine;   /* NGXPOOL_QUARANTINE=off|0..1 GiB: freed objects
                            that check mode holds back, in bytes */
    size_t guard;        /* NGXPOOL_GUARD=0|1: guard pages, large blocks */
    size_t abort;        /* NGXPOOL_ABORT=abort|exit|ignore (np_abort_e) */
    size_t foreign;      /* NGXPOOL_FOREIGN=fatal|ignore (np_foreign_e) */
    size_t deepbind;     /* NGXPOOL_DEEPBIND=clear|keep (np_deepbind_e) */
    char   advice[256];  /* NGXPOOL_ADVICE: a file of `ngxpool advise` */
    size_t profile;      /* NGXPOOL_PROFILE=off|exact|sample[:BYTES]: bytes
                            between samples, NP_PROFILE_EXACT, or
                            NP_PROFILE_OFF */
    char   profile_file[256]; /* NGXPOOL_PROFILE_FILE, as report */
    char   profile_only[64];  /* NGXPOOL_PROFILE_ONLY: the command's name */
    size_t profile_depth;     /* NGXPOOL_PROFILE_DEPTH=1..256 frames */
    size_t profile_follow;    /* NGXPOOL_PROFILE_FOLLOW=0|1: forked children;
                                 a process id: nobody but that one */
    size_t profile_signal;    /* NGXPOOL_PROFILE_SIGNAL=off|1..64: toggles */
    size_t help;              /* NGXPOOL_HELP=1: print the table at start-up */
#ifdef NP_DEBUG
    char fail[32]; /* NGXPOOL_FAIL: np_fail.h */
#endif
} np_options_t;

/* read-only after np_options_init(); static initial values are the defaults */
extern np_options_t np_options;

/* sets all values from the environment; NGXPOOL_HELP=1 prints the table on
 * stderr and the program goes on.  Not thread-safe; called at start-up. */
void np_options_init(void);

/* the table as README and NGXPOOL_HELP=1 show it */
void np_options_help(np_out_t *o);

#endif
