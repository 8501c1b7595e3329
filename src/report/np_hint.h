#ifndef NP_HINT_H
#define NP_HINT_H

/*
 * One or two words on what is remarkable about a site: for the advice column.
 * What to do about it, and whether it is worth the trouble, is the business of
 * `ngxpool advise`.
 */

#include "report/np_profile.h"

/* "" when nothing is */
const char *np_hint(const np_profile_t *p, const np_site_t *s);

/* each word, and what it means; the last has no word */
typedef struct {
    const char *word;
    const char *meaning;
} np_hint_t;

extern const np_hint_t np_hints[];

/* 1: its live objects are not freed but get more: allocations went on in the
 * last part of the run, and more of them lived at its end than before */
int np_hint_grows(const np_site_t *s);

/* 1: most of its objects are others that realloc made larger: each was freed
 * soon, or in a row, and lives on */
int np_hint_regrows(const np_site_t *s);

/* 1: its objects are freed many in a row, but not more than ever lived at
 * once; of a sample, and of few objects, nothing is known */
int np_hint_dies_together(const np_profile_t *p, const np_site_t *s);

#endif
