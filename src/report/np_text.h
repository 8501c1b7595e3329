#ifndef NP_TEXT_H
#define NP_TEXT_H

/*
 * A profile, and what differs between two, for the terminal.  One thread.
 */

#include <stdio.h>

#include "report/np_figure.h"
#include "report/np_groups.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"

typedef enum {
    NP_TREE_NONE = 0,
    NP_TREE_CALLEES, /* from _start to what allocates */
    NP_TREE_CALLERS  /* from what allocates to main */
} np_text_tree_e;

typedef struct {
    const char    *name;   /* of the profile's file */
    np_figure_e    sort;   /* of lists that are one only */
    int            sorted; /* 1: that list instead of all */
    unsigned       top;    /* entries of a list, 0: all */
    np_by_e        by;
    np_text_tree_e tree;
    int            exact; /* bytes and counts to the last digit */
    int            colour;
} np_text_options_t;

typedef struct {
    FILE                    *f;
    const np_profile_t      *p;
    np_symbols_t            *y;
    const np_text_options_t *o;
    unsigned char *shown; /* sites whose call stack stands in an earlier list;
                             NULL: each is told in full */
} np_text_t;

/* the report that the options ask for; -1: no memory */
int np_text_report(const np_text_t *t);

/* its parts */
int  np_text_summary(const np_text_t *t);
int  np_text_short(const np_text_t *t);
void np_text_rss(const np_text_t *t);
void np_text_footer(const np_text_t *t);
int  np_text_sites(const np_text_t *t, np_figure_e f);
int  np_text_leaks(const np_text_t *t);
void np_text_hints(const np_text_t *t);
int  np_text_groups(const np_text_t *t);
int  np_text_tree(const np_text_t *t);

/* "at the end": when what is live was so, by counters that each call moves;
 * the time line has a moment of its own */
const char *np_text_when(const np_text_t *t);
/* of two profiles of which one only is sampled */
extern const char np_text_unlike[];
/* call sites that a filter lets through */
unsigned np_text_unhidden(const np_text_t *t);

/* cells: the value of a figure as the options want it */
#define NP_TEXT_CELL 64
const char *np_text_value(const np_text_t *t, np_figure_e f, double v,
                          char buf[NP_TEXT_CELL]);
const char *np_text_bytes(const np_text_t *t, double v,
                          char buf[NP_TEXT_CELL]);
/* " +-12 %", one standard error; nothing in an exact profile */
const char *np_text_error(const np_text_t *t, double v, double error,
                          char buf[NP_TEXT_CELL]);
/* of the column of errors */
int np_text_width(const np_text_t *t);
/* "12.3 %"; of nothing: "-" */
const char *np_text_share(double part, double all, char buf[NP_TEXT_CELL]);

/* a headline, and text in a manner, if the options want colours */
typedef enum {
    NP_TEXT_PLAIN = 0,
    NP_TEXT_BOLD,
    NP_TEXT_FAINT,
    NP_TEXT_WARN
} np_text_manner_e;

void np_text_head(const np_text_t *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *np_text_on(const np_text_t *t, np_text_manner_e m);
const char *np_text_off(const np_text_t *t, np_text_manner_e m);

/* the call stack of a site: wrappers, the function that matters, some of its
 * callers; or that function alone, if the stack was shown.  -1: no memory */
int np_text_stack(const np_text_t *t, const np_site_t *s, const char *indent);

#endif
