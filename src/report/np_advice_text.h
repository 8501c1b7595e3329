#ifndef NP_ADVICE_TEXT_H
#define NP_ADVICE_TEXT_H

/*
 * Advice for people and for programs.  Both write to a stream that the caller
 * opened and closes; errors show in ferror().  y may be NULL: places are
 * addresses then.
 */

#include <stdio.h>

#include "report/np_advice.h"
#include "report/np_brief.h"

/* name: of the profile, as it was given.  top: how many of each, 0 is all */
void np_advice_text(FILE *f, const np_advice_t *a, np_symbols_t *y,
                    const char *name, unsigned top);

/* the schema is in ngxpool-advise(1).  -1: no memory */
int np_advice_json(FILE *f, const np_advice_t *a, np_symbols_t *y,
                   const char *name);

/* "f (x.c:12)" of a place's np_advice_symbol() into buf, a long name made
 * short */
const char *np_advice_place(const np_advice_t *a, np_symbols_t *y,
                            uint32_t place, unsigned within,
                            char buf[NP_BRIEF_LINE]);

/* the innermost function of a place that is no wrapper, from frame `within`
 * outwards */
const np_symbol_t *np_advice_symbol(np_symbols_t *y, uint32_t place,
                                    unsigned within);

#endif
