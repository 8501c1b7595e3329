#ifndef NP_TOP_ROWS_H
#define NP_TOP_ROWS_H

/*
 * What `ngxpool top` shows: one row a call site, with what has changed since
 * the last look.
 *
 * Names are looked up once and kept by the site's number in the file, which
 * stays the same while the file grows.  Looking up is dear where programs are
 * large: sites that are new wait for their names until the last looking up
 * has cost a tenth of the time since.  One thread.
 */

#include "cli/np_top_source.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"

typedef enum {
    NP_TOP_LIVE = 0,
    NP_TOP_PEAK,
    NP_TOP_RATE,
    NP_TOP_TEMPORARY,
    NP_TOP_PINNED,
    NP_TOP_KEYS
} np_top_key_e;

typedef struct {
    int         letter; /* that selects it */
    const char *name;
    const char *title; /* of the column */
} np_top_key_t;

extern const np_top_key_t np_top_key[NP_TOP_KEYS];

typedef struct {
    uint32_t    site; /* index in the profile */
    const char *name;
    double      value[NP_TOP_KEYS]; /* bytes, bytes a second */
    double      objects;            /* live */
} np_top_row_t;

typedef struct {
    np_profile_t *profile; /* of the last look, NULL before the first */
    double        at;      /* when that was, CLOCK_MONOTONIC */
    int           gone;    /* its process was there no more */
    double        rate;    /* of the whole program, bytes a second */
    np_top_row_t *row;
    unsigned      n;
    np_top_key_e  key;
    char          filter[80]; /* part of a name, any case; "" shows all */

    ino_t    inode; /* of the file that names and totals belong to */
    char   **name;  /* by id, NULL: not looked up */
    double  *total; /* by id: bytes allocated at the last look */
    unsigned known; /* ids that there is room for */
    double   names; /* when new names may be looked up, CLOCK_MONOTONIC */
} np_top_rows_t;

void np_top_rows_init(np_top_rows_t *t);
void np_top_rows_fini(np_top_rows_t *t);

/* looks again; -1: err[] says why, and the rows are what they were */
int np_top_rows_look(np_top_rows_t *t, const np_top_source_t *s,
                     char err[NP_TOP_ERROR]);

/* whether another look may show something else: the process goes on with this
 * profile, or has called exec and will go on with another; s is that as soon
 * as there is one */
int np_top_rows_go_on(const np_top_rows_t *t, np_top_source_t *s);

/* chooses and orders the rows again, after key or filter was set */
int np_top_rows_sort(np_top_rows_t *t);

/* by its name; -1 when there is none */
int np_top_key_find(const char *name);

/* the lines above the rows (0 .. NP_TOP_LINES - 1), the row's own line, into
 * buf; at most `columns` wide on a terminal.  Where there is no room for all
 * figures and the site, whole figures are left out */
#define NP_TOP_LINES 3
void np_top_head(const np_top_rows_t *t, unsigned line, char *buf, size_t size,
                 int columns);
void np_top_line(const np_top_rows_t *t, unsigned row, char *buf, size_t size,
                 int columns);

/* cuts a text to so many columns, at a character's border */
void np_top_fit(char *text, int columns);

#endif
