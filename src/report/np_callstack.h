#ifndef NP_CALLSTACK_H
#define NP_CALLSTACK_H

/*
 * A site's call stack as people think of it: one frame for each function,
 * inlined ones on their own, the allocating one first.  One thread.
 */

#include "report/np_figure.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"

typedef struct {
    const np_symbol_t *symbol;
    const char        *module;
    uint32_t           place;
} np_call_t;

typedef struct {
    np_call_t  *v;
    unsigned    n;
    unsigned    room;
    unsigned    culprit; /* the first that is no wrapper of malloc */
    np_symbol_t title;   /* the frame of a site without a stack */
} np_callstack_t;

/* into f, which begins as zeroes and may be used again; a site without stack
 * has the frame np_figure_title().  -1: no memory */
int  np_callstack_of(np_callstack_t *f, np_symbols_t *y, const np_site_t *s);
void np_callstack_free(np_callstack_t *f);

/* hides the sites of which no frame's function, file or module matches the
 * extended regular expression; -1: err[] says what is wrong with it */
int np_callstack_filter(np_profile_t *p, np_symbols_t *y, const char *regex,
                        char *err, size_t size);

#endif
