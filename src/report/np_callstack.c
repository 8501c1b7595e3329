/*
 * A site's call stack as people think of it.
 */
#include "config.h"

#include "report/np_callstack.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"

static int
np_callstack_add(np_callstack_t *f, const np_symbol_t *symbol,
                 const char *module, uint32_t place)
{
    if (f->n == f->room) {
        unsigned   room = f->room == 0 ? 64 : 2 * f->room;
        np_call_t *v = realloc(f->v, room * sizeof(*v));

        if (v == NULL) {
            return -1;
        }
        f->v = v;
        f->room = room;
    }
    f->v[f->n].symbol = symbol;
    f->v[f->n].module = module;
    f->v[f->n].place = place;
    f->n++;
    return 0;
}


int
np_callstack_of(np_callstack_t *f, np_symbols_t *y, const np_site_t *s)
{
    f->n = 0;
    f->culprit = 0;
    for (uint32_t i = 0; i < s->depth; i++) {
        const np_symbols_at_t *at = np_symbols_at(y, s->stack[i]);

        for (unsigned k = 0; k < at->n; k++) {
            if (np_callstack_add(f, &at->frame[k], at->module, s->stack[i])
                != 0) {
                return -1;
            }
        }
    }
    if (f->n == 0) {
        f->title.function = f->title.identity = np_figure_title(s);
        return np_callstack_add(f, &f->title, "", UINT32_MAX);
    }
    while (f->culprit < f->n
           && np_symbol_is_wrapper(f->v[f->culprit].symbol)) {
        f->culprit++;
    }
    if (f->culprit == f->n) {
        f->culprit = 0;
    }
    return 0;
}


void
np_callstack_free(np_callstack_t *f)
{
    free(f->v);
    memset(f, 0, sizeof(*f));
}


static int
np_callstack_match(const np_symbol_t *s, const char *module, const regex_t *re)
{
    return regexec(re, s->function, 0, NULL, 0) == 0
           || (s->file != NULL && regexec(re, s->file, 0, NULL, 0) == 0)
           || regexec(re, module, 0, NULL, 0) == 0;
}


/* of the frames of a place */
static int
np_callstack_match_place(np_symbols_t *y, uint32_t place, const regex_t *re)
{
    const np_symbols_at_t *at = np_symbols_at(y, place);

    for (unsigned k = 0; k < at->n; k++) {
        if (np_callstack_match(&at->frame[k], at->module, re)) {
            return 1;
        }
    }
    return 0;
}


/* known: by place, 1 + whether it matches; 0: it was not asked yet.  Stacks
 * have most of their places in common */
static int
np_callstack_match_site(const np_site_t *s, np_symbols_t *y, const regex_t *re,
                        unsigned char *known)
{
    const np_symbol_t title = {.function = np_figure_title(s)};

    for (uint32_t i = 0; i < s->depth; i++) {
        unsigned char *k = &known[s->stack[i]];

        if (*k == 0) {
            *k = np_callstack_match_place(y, s->stack[i], re) ? 2 : 1;
        }
        if (*k == 2) {
            return 1;
        }
    }
    return s->depth == 0 && np_callstack_match(&title, "", re);
}


int
np_callstack_filter(np_profile_t *p, np_symbols_t *y, const char *regex,
                    char *err, size_t size)
{
    unsigned char *known;
    regex_t        re;
    int            rc = regcomp(&re, regex, REG_EXTENDED | REG_NOSUB);

    if (rc != 0) {
        (void) regerror(rc, &re, err, size);
        return -1;
    }
    known = calloc((size_t) p->nplaces + 1, 1);
    if (known == NULL) {
        (void) snprintf(err, size, "no memory");
        rc = -1;
    }
    for (unsigned i = 0; i < p->nsites && rc == 0; i++) {
        if (!np_callstack_match_site(&p->site[i], y, &re, known)) {
            p->site[i].hidden = 1;
        }
    }
    regfree(&re);
    free(known);
    return rc;
}
