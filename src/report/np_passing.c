/*
 * Places without a name that pass requests for memory on.
 *
 *      stack of a site:  malloc wrapper   innermost   its caller ...
 *                        (known, or marked)   ^ counted here
 *
 * A round counts for each unnamed innermost place its sites, the callers that
 * differ, its calls and bytes, and marks those of which one of two is true:
 * it has many callers and a fair share of all calls or bytes; or nearly all
 * calls of many sites come through it.  What is called by marked places is
 * innermost no more, so that the next round sees what is behind, as in
 * sqlite3MemMalloc, sqlite3Malloc, sqlite3DbMallocRaw.
 */
#include "config.h"

#include "report/np_passing.h"

#include <stdlib.h>

#define NP_PASSING_ROUNDS 4
/* chosen by looking at git, gcc, redis (Lua), sqlite3 and python3 of Debian:
 * the first three's malloc wrappers have 10 to 31 callers, sqlite3's one has
 * all calls of 400 sites; python3's list and dict functions stay */
#define NP_PASSING_CALLERS 8
#define NP_PASSING_SHARE   0.05
#define NP_PASSING_SITES   16
#define NP_PASSING_ALL     0.9

typedef struct {
    uint32_t place, caller;
    double   calls, bytes;
} np_passing_t;


static int
np_passing_compare(const void *a, const void *b)
{
    const np_passing_t *x = a, *y = b;

    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    return x->caller < y->caller ? -1 : x->caller > y->caller;
}


/* all functions of the place merely pass on */
static int
np_passing_is_wrapper(np_symbols_t *y, uint32_t place)
{
    const np_symbols_at_t *at = np_symbols_at(y, place);

    for (unsigned i = 0; i < at->n; i++) {
        if (!np_symbol_is_wrapper(&at->frame[i])) {
            return 0;
        }
    }
    return 1;
}


/* the sites whose innermost place has no name, and a caller */
static unsigned
np_passing_collect(np_symbols_t *y, const np_profile_t *p, np_passing_t *v)
{
    unsigned n = 0;

    for (unsigned i = 0; i < p->nsites; i++) {
        const np_site_t *s = &p->site[i];
        uint32_t         k = 0;

        while (k < s->depth && np_passing_is_wrapper(y, s->stack[k])) {
            k++;
        }
        if (k + 1 < s->depth
            && !np_symbols_at(y, s->stack[k])->frame[0].known) {
            v[n].place = s->stack[k];
            v[n].caller = s->stack[k + 1];
            v[n].calls = s->total.objects;
            v[n].bytes = s->total.bytes;
            n++;
        }
    }
    qsort(v, n, sizeof(*v), np_passing_compare);
    return n;
}


/* n sites of one place */
static int
np_passing_holds(const np_passing_t *v, unsigned n, const np_site_t *total)
{
    double   calls = 0, bytes = 0;
    unsigned callers = 0;

    for (unsigned i = 0; i < n; i++) {
        callers += i == 0 || v[i].caller != v[i - 1].caller;
        calls += v[i].calls;
        bytes += v[i].bytes;
    }
    if (n >= NP_PASSING_SITES
        && calls >= NP_PASSING_ALL * total->total.objects) {
        return 1;
    }
    return callers >= NP_PASSING_CALLERS
           && (calls >= NP_PASSING_SHARE * total->total.objects
               || bytes >= NP_PASSING_SHARE * total->total.bytes);
}


int
np_passing_mark(np_symbols_t *y, const np_profile_t *p)
{
    np_passing_t *v = calloc((size_t) p->nsites + 1, sizeof(*v));
    int           any = 1;

    if (v == NULL) {
        return -1;
    }
    for (int round = 0; round < NP_PASSING_ROUNDS && any; round++) {
        unsigned n = np_passing_collect(y, p, v), same;

        any = 0;
        for (unsigned i = 0; i < n; i += same) {
            same = 1;
            while (i + same < n && v[i + same].place == v[i].place) {
                same++;
            }
            if (np_passing_holds(&v[i], same, &p->total)) {
                np_symbols_pass(y, v[i].place);
                any = 1;
            }
        }
    }
    free(v);
    return 0;
}
