/*
 * The figures of a profile summed up.
 *
 * Names are numbered as they come, and the number is the group's index until
 * all are sorted.  Functions are named by their identity first, and when all
 * are known by as much of it as tells them apart.  A site adds its figures to
 * one group; by function also to each that it has on its stack, as inclusive
 * ones.
 */
#include "config.h"

#include "report/np_groups.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_brief.h"
#include "report/np_callstack.h"
#include "report/np_figure.h"
#include "report/np_hint.h"
#include "report/np_human.h"
#include "report/np_identity.h"

/* of one list or of another */
typedef struct {
    np_group_t        *group;
    const np_groups_t *of;
} np_groups_named_t;

static const char *const np_by_name[NP_BYS] = {
    "site", "stack", "function", "module", "thread", "size",
};


int
np_by_find(const char *name)
{
    for (int i = 0; i < NP_BYS; i++) {
        if (strcmp(np_by_name[i], name) == 0) {
            return i;
        }
    }
    return -1;
}


int
np_by_knows(np_by_e by, np_figure_e f)
{
    switch (by) {
    case NP_BY_THREAD:
        return f == NP_FIGURE_TOTAL || f == NP_FIGURE_ALLOCS
               || f == NP_FIGURE_REMOTE;
    case NP_BY_SIZE:
        return f == NP_FIGURE_ALLOCS;
    default:
        return 1;
    }
}


static int
np_groups_compare(const void *a, const void *b)
{
    return strcmp(((const np_group_t *) a)->name,
                  ((const np_group_t *) b)->name);
}


static void
np_groups_sort_names(np_groups_t *g)
{
    if (g->n != 0) {
        qsort(g->v, g->n, sizeof(*g->v), np_groups_compare);
    }
}


/* the group of that name; NULL: no memory */
static np_group_t *
np_groups_at(np_groups_t *g, const char *name)
{
    uint32_t    i = np_strings_number(&g->names, name);
    np_group_t *v = g->v;

    if (i == NP_STRINGS_FAILED) {
        return NULL;
    }
    if (i < g->n) {
        return &v[i];
    }
    if (g->n == g->room) {
        unsigned room = g->room == 0 ? 64 : 2 * g->room;

        v = realloc(g->v, room * sizeof(*v));
        if (v == NULL) {
            return NULL;
        }
        g->v = v;
        g->room = room;
    }
    v = &g->v[g->n++];
    memset(v, 0, sizeof(*v));
    v->name = v->identity = g->names.string[i];
    v->site = v->last = NP_NO_SITE;
    return v;
}


/* takes name, which is NULL when there was no memory for it */
static np_group_t *
np_groups_made(np_groups_t *g, char *name)
{
    np_group_t *v = name != NULL ? np_groups_at(g, name) : NULL;

    free(name);
    return v;
}


static void
np_groups_figures(np_group_t *v, const np_profile_t *p, uint32_t site)
{
    const np_site_t *s = &p->site[site];
    double           error;

    for (int f = 0; f < NP_FIGURES; f++) {
        v->value[f] += np_figure_value(s, (np_figure_e) f);
        error = np_figure_error(p, s, (np_figure_e) f);
        v->variance[f] += error * error;
    }
    v->together += np_hint_dies_together(p, s) ? s->total.bytes : 0;
    v->brief += np_hint_regrows(s) ? 0 : s->temporary.bytes;
    v->sites++;
    if (v->site == NP_NO_SITE
        || s->total.bytes > p->site[v->site].total.bytes) {
        v->site = site;
    }
}


static char *
np_groups_stack(const np_callstack_t *f)
{
    size_t size = 1;
    char  *name, *at;

    for (unsigned i = 0; i < f->n; i++) {
        size += np_identity_name(f->v[i].symbol->identity) + 1;
    }
    name = at = malloc(size);
    for (unsigned i = 0; name != NULL && i < f->n; i++) {
        at = mempcpy(at, f->v[i].symbol->identity,
                     np_identity_name(f->v[i].symbol->identity));
        *at++ = '\n';
    }
    if (name != NULL) {
        *at = '\0';
    }
    return name;
}


/* a function counts once for a stack in which it is several times */
static int
np_groups_inclusive(np_groups_t *g, const np_profile_t *p, uint32_t site,
                    const np_callstack_t *f)
{
    for (unsigned i = 0; i < f->n; i++) {
        np_group_t *v = np_groups_at(g, f->v[i].symbol->identity);

        if (v == NULL) {
            return -1;
        }
        for (int k = 0; k < NP_FIGURES && v->last != site; k++) {
            v->inclusive[k]
                += np_figure_value(&p->site[site], (np_figure_e) k);
        }
        v->last = site;
    }
    return 0;
}


static int
np_groups_site(np_groups_t *g, const np_profile_t *p, uint32_t site,
               const np_callstack_t *f, np_by_e by)
{
    const np_call_t *culprit = &f->v[f->culprit];
    char            *name = NULL;
    np_group_t      *v;

    if (by == NP_BY_SITE) {
        if (asprintf(&name, "%08" PRIu32, p->site[site].id) < 0) {
            name = NULL;
        }
    } else if (by == NP_BY_STACK) {
        name = np_groups_stack(f);
    } else {
        name = strdup(by != NP_BY_MODULE || *culprit->module == '\0'
                          ? culprit->symbol->identity
                          : culprit->module);
    }
    v = np_groups_made(g, name);
    if (v == NULL) {
        return -1;
    }
    np_groups_figures(v, p, site);
    return by == NP_BY_FUNCTION ? np_groups_inclusive(g, p, site, f) : 0;
}


static int
np_groups_threads(np_groups_t *g, const np_profile_t *p)
{
    for (unsigned i = 0; i < p->nthreads; i++) {
        const np_profile_thread_t *t = &p->thread[i];
        np_group_t                *v;
        char                      *name;

        if (asprintf(&name, "%s%s%" PRIu32, t->name,
                     t->name[0] == '\0' ? "" : " ", t->tid)
            < 0) {
            return -1;
        }
        v = np_groups_made(g, name);
        if (v == NULL) {
            return -1;
        }
        v->value[NP_FIGURE_ALLOCS] += t->allocs;
        v->value[NP_FIGURE_TOTAL] += t->alloc_bytes;
        v->value[NP_FIGURE_REMOTE] += t->remote;
        v->freed += t->free_bytes;
        v->threads += t->threads != 0 ? t->threads : 1;
        /* a thread's samples are not known one by one */
        for (int f = 0; f < NP_FIGURES && p->sampled; f++) {
            v->variance[f] = NAN;
        }
    }
    return 0;
}


static int
np_groups_sizes(np_groups_t *g, const np_profile_t *p)
{
    for (unsigned i = 0; i < NP_SIZES; i++) {
        uint64_t    limit = np_figure_size_limit(i);
        int         last = i + 1 == NP_SIZES;
        np_group_t *v;
        char       *name, human[NP_HUMAN_MAX];
        int         n;

        if (last) {
            limit = np_figure_size_limit(i - 1);
        }
        n = asprintf(&name, "%s %s", last ? "more than" : "up to",
                     np_human_bytes(human, (double) limit));
        v = np_groups_made(g, n < 0 ? NULL : name);
        if (v == NULL) {
            return -1;
        }
        for (unsigned k = 0; k < p->nsites; k++) {
            if (!p->site[k].hidden) {
                v->value[NP_FIGURE_ALLOCS] += p->site[k].size[i];
            }
        }
    }
    return 0;
}


static int
np_groups_compare_identities(const void *a, const void *b)
{
    return strcmp(((const np_groups_named_t *) a)->group->identity,
                  ((const np_groups_named_t *) b)->group->identity);
}


/* groups of one name get as much with it as tells those of each list apart */
static int
np_groups_name(np_strings_t *names, const np_groups_named_t *v, size_t n)
{
    unsigned differs = 0;
    uint32_t number;
    char    *label;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            if (v[i].of == v[k].of) {
                differs |= np_identity_differs(v[i].group->identity,
                                               v[k].group->identity);
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        label = np_identity_label(v[i].group->identity, differs);
        number = label != NULL ? np_strings_number(names, label)
                               : NP_STRINGS_FAILED;
        free(label);
        if (number == NP_STRINGS_FAILED) {
            return -1;
        }
        v[i].group->name = names->string[number];
    }
    return 0;
}


static size_t
np_groups_add(np_groups_named_t *v, size_t n, const np_groups_t *g)
{
    for (unsigned i = 0; i < g->n; i++) {
        v[n].group = &g->v[i];
        v[n++].of = g;
    }
    return n;
}


/* those whose short names are others', too, here or in the other list */
static int
np_groups_briefs(np_groups_t *g, np_groups_t *other)
{
    np_groups_t *list[2] = {g, other};
    np_briefs_t  t;
    int          rc = 0;

    memset(&t, 0, sizeof(t));
    for (int k = 0; k < 2; k++) {
        for (unsigned i = 0; i < list[k]->n && rc == 0; i++) {
            rc = np_briefs_add(&t, list[k]->v[i].name);
        }
    }
    for (int k = 0; k < 2; k++) {
        for (unsigned i = 0; i < list[k]->n && rc == 0; i++) {
            list[k]->v[i].whole = np_briefs_is_shared(&t, list[k]->v[i].name);
        }
    }
    np_briefs_fini(&t);
    return rc;
}


int
np_groups_label(np_groups_t *g, np_groups_t *other)
{
    np_groups_named_t *v = calloc((size_t) g->n + other->n + 1, sizeof(*v));
    size_t             n = 0, same;
    int                rc = 0;

    if (v == NULL) {
        return -1;
    }
    n = np_groups_add(v, n, g);
    n = other != g ? np_groups_add(v, n, other) : n;
    qsort(v, n, sizeof(*v), np_groups_compare_identities);
    for (size_t i = 0; i < n && rc == 0; i += same) {
        same = 1;
        while (i + same < n
               && np_identity_is_named(v[i].group->identity,
                                       v[i + same].group->identity)) {
            same++;
        }
        rc = np_groups_name(&g->names, v + i, same);
    }
    free(v);
    rc = rc == 0 ? np_groups_briefs(g, other) : rc;
    np_groups_sort_names(g);
    np_groups_sort_names(other);
    return rc;
}


int
np_groups_make(np_groups_t *g, const np_profile_t *p, np_symbols_t *y,
               np_by_e by)
{
    np_callstack_t f;
    int            rc = 0;

    memset(g, 0, sizeof(*g));
    memset(&f, 0, sizeof(f));
    if (by == NP_BY_THREAD) {
        rc = np_groups_threads(g, p);
    } else if (by == NP_BY_SIZE) {
        /* they are in order */
        rc = np_groups_sizes(g, p);
    } else {
        for (unsigned i = 0; i < p->nsites && rc == 0; i++) {
            if (!p->site[i].hidden) {
                rc = np_callstack_of(&f, y, &p->site[i]);
                rc = rc == 0 ? np_groups_site(g, p, i, &f, by) : rc;
            }
        }
    }
    np_callstack_free(&f);
    if (rc == 0 && (by == NP_BY_FUNCTION || by == NP_BY_SELF)) {
        rc = np_groups_label(g, g);
    } else if (rc == 0 && by != NP_BY_SIZE) {
        np_groups_sort_names(g);
    }
    if (rc != 0) {
        np_groups_free(g);
    }
    return rc;
}


void
np_groups_free(np_groups_t *g)
{
    np_strings_fini(&g->names);
    free(g->v);
    memset(g, 0, sizeof(*g));
}


static int
np_groups_compare_values(const void *a, const void *b, void *figure)
{
    const np_group_t *x = a, *y = b;
    int               f = *(const int *) figure;

    if (x->value[f] != y->value[f]) {
        return x->value[f] > y->value[f] ? -1 : 1;
    }
    if (x->inclusive[f] != y->inclusive[f]) {
        return x->inclusive[f] > y->inclusive[f] ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}


void
np_groups_sort(np_groups_t *g, np_figure_e f)
{
    int figure = (int) f;

    if (g->n != 0) {
        qsort_r(g->v, g->n, sizeof(*g->v), np_groups_compare_values, &figure);
    }
}
