#ifndef NP_GROUPS_H
#define NP_GROUPS_H

/*
 * The figures of a profile summed up: by call stack, by function, by module,
 * by thread, by size.  Hidden sites are left out.  One thread.
 */

#include "report/np_figure.h"
#include "report/np_profile.h"
#include "report/np_strings.h"
#include "report/np_symbols.h"

typedef enum {
    NP_BY_SITE = 0, /* addresses; each site on its own */
    NP_BY_STACK,    /* names of functions, so that builds can be compared */
    NP_BY_FUNCTION, /* that asked for memory, behind wrappers of malloc */
    NP_BY_MODULE,   /* of that function */
    NP_BY_THREAD,   /* only allocations and frees are known */
    NP_BY_SIZE,     /* likewise; of single allocations */
    NP_BYS,
    NP_BY_SELF = NP_BYS /* as NP_BY_FUNCTION, without inclusive figures */
} np_by_e;

typedef struct {
    /* key; of a stack: its functions, leaf first, one a line */
    const char *name;
    int         whole;    /* of a function: another of the list has as short a
                             name */
    const char *identity; /* of a function: np_identity.h */

    double   value[NP_FIGURES];     /* of the group's own sites */
    double   variance[NP_FIGURES];  /* squares of standard errors; NaN: not
                                       known, as of a thread */
    double   inclusive[NP_FIGURES]; /* by function: and what it called */
    double   together;              /* bytes allocated by sites whose objects
                                       die together */
    double   brief;                 /* bytes freed soon at sites whose objects
                                       do not go on in those of realloc */
    double   freed;                 /* by thread: bytes */
    unsigned threads;               /* by thread: that ran one after another,
                                       and named after the last */
    unsigned sites;
    uint32_t site; /* index of the one that allocated most bytes, the first of
                      equal ones, or NP_NO_SITE */
    uint32_t last; /* that was added to inclusive */
} np_group_t;

typedef struct {
    np_group_t  *v;
    unsigned     n;
    unsigned     room;
    np_strings_t names;
} np_groups_t;

/* "site", "function", ...; -1: none of them */
int np_by_find(const char *name);

/* whether groups of that kind have the figure */
int np_by_knows(np_by_e by, np_figure_e f);

/* sorted by name, each name once; -1: no memory, and nothing to be freed */
int  np_groups_make(np_groups_t *g, const np_profile_t *p, np_symbols_t *y,
                    np_by_e by);
void np_groups_free(np_groups_t *g);

/* functions of one name in a list get what tells them apart behind it, in g
 * and in other alike, and both are sorted by name again; the names of both
 * belong to g, and other may be g.  -1: no memory */
int np_groups_label(np_groups_t *g, np_groups_t *other);

/* the largest first, equal ones by name */
void np_groups_sort(np_groups_t *g, np_figure_e f);

#endif
