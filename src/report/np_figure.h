#ifndef NP_FIGURE_H
#define NP_FIGURE_H

/*
 * The figures of a site that one may sort by, draw or compare, how well a
 * sample knows them, and what stands beside them: titles, the bounds of
 * histograms.  No state.
 */

#include "report/np_profile.h"

typedef enum {
    NP_FIGURE_LIVE = 0, /* bytes */
    NP_FIGURE_PEAK,     /* bytes at the program's peak */
    NP_FIGURE_TOTAL,    /* bytes allocated */
    NP_FIGURE_TEMPORARY,
    NP_FIGURE_PINNED,
    NP_FIGURE_OBJECTS, /* live */
    NP_FIGURE_ALLOCS,  /* calls */
    NP_FIGURE_TEMPORARY_ALLOCS,
    NP_FIGURE_SLACK,
    NP_FIGURE_COPIED, /* bytes moved by realloc */
    NP_FIGURE_REMOTE, /* frees by other threads */
    NP_FIGURES
} np_figure_e;

typedef struct {
    const char *key;   /* on command lines: "live" */
    const char *title; /* for people */
    const char *help;
    int         bytes; /* 0: a count */
} np_figure_t;

extern const np_figure_t np_figure[NP_FIGURES];

/* by its key; -1 when there is none */
int np_figure_find(const char *key);

double np_figure_value(const np_site_t *s, np_figure_e f);

/* objects that the value is made of; of copied bytes, calls of realloc */
double np_figure_objects(const np_site_t *s, np_figure_e f);

/* standard error of that value, in its unit: 0 in an exact profile, NaN when
 * nothing is known.  &p->total has that of the sum */
double np_figure_error(const np_profile_t *p, const np_site_t *s,
                       np_figure_e f);

/* what stands for the stack of a site that has none: "before profiling" */
const char *np_figure_title(const np_site_t *s);

/* upper bounds of the histograms; the last has none: UINT64_MAX */
uint64_t np_figure_size_limit(unsigned i); /* bytes */
uint64_t np_figure_life_limit(unsigned i); /* bytes of clock */
uint64_t np_figure_time_limit(unsigned i); /* ms */

#endif
