/*
 * A site's call stack as people think of it.
 */
#include "config.h"

#include "report/np_callstack.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

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
        f->title.function = np_profile_title(s);
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
np_callstack_match(const np_callstack_t *f, const regex_t *re)
{
    for (unsigned i = 0; i < f->n; i++) {
        const np_symbol_t *s = f->v[i].symbol;

        if (regexec(re, s->function, 0, NULL, 0) == 0
            || (s->file != NULL && regexec(re, s->file, 0, NULL, 0) == 0)
            || regexec(re, f->v[i].module, 0, NULL, 0) == 0) {
            return 1;
        }
    }
    return 0;
}


int
np_callstack_filter(np_profile_t *p, np_symbols_t *y, const char *regex,
                    char *err, size_t size)
{
    np_callstack_t f;
    regex_t        re;
    int            rc = regcomp(&re, regex, REG_EXTENDED | REG_NOSUB);

    memset(&f, 0, sizeof(f));
    if (rc != 0) {
        (void) regerror(rc, &re, err, size);
        return -1;
    }
    for (unsigned i = 0; i < p->nsites && rc == 0; i++) {
        rc = np_callstack_of(&f, y, &p->site[i]);
        if (rc == 0 && !np_callstack_match(&f, &re)) {
            p->site[i].hidden = 1;
        }
    }
    regfree(&re);
    np_callstack_free(&f);
    if (rc != 0) {
        (void) snprintf(err, size, "no memory");
    }
    return rc;
}
