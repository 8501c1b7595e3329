/*
 * What differs between two profiles: two sorted lists of groups, passed
 * through side by side.
 */
#include "config.h"

#include "report/np_diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"


/* what was allocated before profiling began; a sample does not have it */
static int
np_diff_is_early(const np_profile_t *p, const np_group_t *g)
{
    return g != NULL && g->site != NP_NO_SITE
           && p->site[g->site].kind == NP_SITE_EARLY;
}


static void
np_diff_add(np_diff_t *d, const np_group_t *a, const np_group_t *b,
            np_figure_e f)
{
    np_diff_entry_t *e = &d->v[d->n];

    e->a = a;
    e->b = b;
    e->before = a != NULL ? a->value[f] : 0;
    e->after = b != NULL ? b->value[f] : 0;
    if (e->before != e->after) {
        d->n++;
    }
}


static int
np_diff_compare(const void *x, const void *y)
{
    const np_diff_entry_t *p = x, *q = y;
    double                 u = fabs(p->after - p->before);
    double                 v = fabs(q->after - q->before);

    if (u != v) {
        return u > v ? -1 : 1;
    }
    return strcmp(p->a != NULL ? p->a->name : p->b->name,
                  q->a != NULL ? q->a->name : q->b->name);
}


int
np_diff_make(np_diff_t *d, const np_profile_t *pa, np_symbols_t *ya,
             const np_profile_t *pb, np_symbols_t *yb, np_by_e by,
             np_figure_e f)
{
    unsigned i = 0, k = 0;
    int      order;

    memset(d, 0, sizeof(*d));
    if (np_groups_make(&d->a, pa, ya, by) != 0) {
        return -1;
    }
    if (np_groups_make(&d->b, pb, yb, by) != 0) {
        np_diff_free(d);
        return -1;
    }
    if ((by == NP_BY_FUNCTION || by == NP_BY_SELF)
        && np_groups_label(&d->a, &d->b) != 0) {
        np_diff_free(d);
        return -1;
    }
    d->v = calloc((size_t) d->a.n + d->b.n + 1, sizeof(*d->v));
    if (d->v == NULL) {
        np_diff_free(d);
        return -1;
    }
    while (i < d->a.n || k < d->b.n) {
        if (i == d->a.n) {
            order = 1;
        } else if (k == d->b.n) {
            order = -1;
        } else {
            order = strcmp(d->a.v[i].name, d->b.v[k].name);
        }
        if (pa->sampled != pb->sampled && order != 0
            && np_diff_is_early(order < 0 ? pa : pb,
                                order < 0 ? &d->a.v[i] : &d->b.v[k])) {
            d->early = 1;
        } else {
            np_diff_add(d, order <= 0 ? &d->a.v[i] : NULL,
                        order >= 0 ? &d->b.v[k] : NULL, f);
        }
        i += order <= 0;
        k += order >= 0;
    }
    qsort(d->v, d->n, sizeof(*d->v), np_diff_compare);
    return 0;
}


void
np_diff_free(np_diff_t *d)
{
    np_groups_free(&d->a);
    np_groups_free(&d->b);
    free(d->v);
    memset(d, 0, sizeof(*d));
}
