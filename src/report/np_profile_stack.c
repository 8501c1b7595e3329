/*
 * The nodes of a profile as call stacks of places.
 *
 * A node's parent has a smaller number, or the profile is refused: so there
 * are no cycles, and one pass finds how deep each node is.  Nodes that no site
 * needs are passed over.  The others are sorted by address, and equal ones
 * become one place.
 */
#include "config.h"

#include "report/np_profile_stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* places in all stacks together; 65536 sites of 256 frames are a quarter */
#define NP_STACKS_MOST ((uint64_t) 1 << 26)
/* modules that overlap at one address, after many dlclose calls */
#define NP_MODULES_TRIED 256

typedef struct {
    np_place_t place;
    uint32_t   node;
} np_stack_place_t;

typedef struct {
    uint64_t start;
    uint64_t ends; /* the last end of this and all before */
    uint32_t module;
} np_stack_range_t;

typedef struct {
    np_profile_t           *p;
    const np_format_node_t *node;
    uint32_t                nnodes;
    uint32_t               *place; /* of a node; 1 + depth before */
    np_stack_range_t       *range; /* of modules, by start */
    np_stack_place_t       *sorted;
    size_t                  nsorted;
    char                   *err;
} np_stack_t;


static int
np_stack_bad(np_stack_t *t, const char *why)
{
    (void) snprintf(t->err, NP_PROFILE_ERROR, "%s", why);
    return -1;
}


static int
np_stack_compare_ranges(const void *a, const void *b)
{
    const np_stack_range_t *x = a, *y = b;

    if (x->start != y->start) {
        return x->start < y->start ? -1 : 1;
    }
    return x->module < y->module ? -1 : x->module > y->module;
}


static int
np_stack_compare_places(const void *a, const void *b)
{
    const np_place_t *x = &((const np_stack_place_t *) a)->place;
    const np_place_t *y = &((const np_stack_place_t *) b)->place;

    if (x->address != y->address) {
        return x->address < y->address ? -1 : 1;
    }
    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    return x->exact < y->exact ? -1 : x->exact > y->exact;
}


/* depth of each node, and whether they are a forest */
static int
np_stack_depths(np_stack_t *t)
{
    for (uint32_t i = 1; i < t->nnodes; i++) {
        uint32_t parent = t->node[i].parent;

        if (parent >= i) {
            return np_stack_bad(t, "damaged: a call stack turns in circles");
        }
        t->place[i] = 1 + (parent == 0 ? 0 : t->place[parent]);
        if (t->place[i] > NP_STACK_MAX) {
            return np_stack_bad(t, "damaged: a call stack is too deep");
        }
    }
    return 0;
}


static int
np_stack_ranges(np_stack_t *t)
{
    const np_profile_t *p = t->p;
    uint64_t            ends = 0;

    t->range = calloc(p->nmodules + 1, sizeof(*t->range));
    if (t->range == NULL) {
        return np_stack_bad(t, "no memory");
    }
    for (uint32_t i = 0; i < p->nmodules; i++) {
        t->range[i].start = p->module[i].start;
        t->range[i].module = i;
    }
    qsort(t->range, p->nmodules, sizeof(*t->range), np_stack_compare_ranges);
    for (uint32_t i = 0; i < p->nmodules; i++) {
        uint64_t end = p->module[t->range[i].module].end;

        ends = end > ends ? end : ends;
        t->range[i].ends = ends;
    }
    return 0;
}


/* the module that held the address in that generation */
static uint32_t
np_stack_module(const np_stack_t *t, uint64_t address, uint32_t generation)
{
    const np_profile_t *p = t->p;
    uint32_t            low = 0, high = p->nmodules;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (t->range[middle].start <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (unsigned n = 0; low > 0 && n < NP_MODULES_TRIED; n++) {
        const np_module_t *m = &p->module[t->range[--low].module];

        if (t->range[low].ends <= address) {
            break;
        }
        if (address < m->end && generation >= m->from && generation <= m->to) {
            return t->range[low].module;
        }
    }
    return NP_NO_MODULE;
}


static void
np_stack_place(const np_stack_t *t, np_place_t *place,
               const np_format_node_t *n)
{
    uint64_t at = n->address;

    place->address = n->address;
    place->exact = n->generation & NP_NODE_EXACT;
    /* a call may be the last instruction of its module */
    if (!place->exact && at != 0) {
        at--;
    }
    place->module = np_stack_module(t, at, n->generation >> 1);
    place->file = at;
    if (place->module != NP_NO_MODULE) {
        place->file = at - t->p->module[place->module].bias;
    }
}


/* the nodes that stacks of sites go through, each once */
static int
np_stack_gather(np_stack_t *t)
{
    const np_profile_t *p = t->p;
    char               *seen = calloc(t->nnodes + 1, 1);
    size_t              n = 0;

    if (seen == NULL) {
        return np_stack_bad(t, "no memory");
    }
    for (unsigned i = 0; i < p->nsites; i++) {
        for (uint32_t k = p->site[i].depth; k != 0 && !seen[k];
             k = t->node[k].parent) {
            seen[k] = 1;
            n++;
        }
    }
    t->sorted = malloc((n + 1) * sizeof(*t->sorted));
    for (uint32_t k = 1; t->sorted != NULL && k < t->nnodes; k++) {
        if (seen[k]) {
            t->sorted[t->nsorted].node = k;
            np_stack_place(t, &t->sorted[t->nsorted].place, &t->node[k]);
            t->nsorted++;
        }
    }
    free(seen);
    return t->sorted != NULL ? 0 : np_stack_bad(t, "no memory");
}


/* each site's depth, and where its stack begins */
static int
np_stack_layout(np_stack_t *t)
{
    np_profile_t *p = t->p;
    uint64_t      n = 0;
    uint32_t     *at;

    for (unsigned i = 0; i < p->nsites; i++) {
        n += p->site[i].depth == 0 ? 0 : t->place[p->site[i].depth];
    }
    if (n > NP_STACKS_MOST) {
        return np_stack_bad(t, "damaged: its call stacks are too many");
    }
    p->stacks = calloc(n + 1, sizeof(*p->stacks));
    if (p->stacks == NULL) {
        return np_stack_bad(t, "no memory");
    }
    at = p->stacks;
    for (unsigned i = 0; i < p->nsites; i++) {
        uint32_t k = p->site[i].depth;

        p->site[i].stack = at;
        p->site[i].depth = k == 0 ? 0 : t->place[k];
        for (; k != 0; k = t->node[k].parent) {
            *at++ = k;
        }
    }
    return 0;
}


static int
np_stack_places(np_stack_t *t)
{
    np_profile_t *p = t->p;
    size_t        n = 0;

    qsort(t->sorted, t->nsorted, sizeof(*t->sorted), np_stack_compare_places);
    p->place = calloc(t->nsorted + 1, sizeof(*p->place));
    if (p->place == NULL) {
        return np_stack_bad(t, "no memory");
    }
    for (size_t i = 0; i < t->nsorted; i++) {
        if (i == 0
            || np_stack_compare_places(&t->sorted[i - 1], &t->sorted[i])
                   != 0) {
            p->place[n++] = t->sorted[i].place;
        }
        t->place[t->sorted[i].node] = (uint32_t) (n - 1);
    }
    p->nplaces = (unsigned) n;
    for (unsigned i = 0; i < p->nsites; i++) {
        uint32_t *stack = p->stacks + (p->site[i].stack - p->stacks);

        for (uint32_t k = 0; k < p->site[i].depth; k++) {
            stack[k] = t->place[stack[k]];
        }
    }
    return 0;
}


int
np_profile_stacks(np_profile_t *p, const np_format_node_t *node,
                  uint32_t nnodes, char err[NP_PROFILE_ERROR])
{
    np_stack_t t;
    int        rc;

    memset(&t, 0, sizeof(t));
    t.p = p;
    t.node = node;
    t.nnodes = nnodes;
    t.err = err;
    t.place = calloc((size_t) nnodes + 1, sizeof(*t.place));
    rc = t.place == NULL ? np_stack_bad(&t, "no memory") : 0;
    rc = rc == 0 ? np_stack_depths(&t) : rc;
    rc = rc == 0 ? np_stack_ranges(&t) : rc;
    rc = rc == 0 ? np_stack_gather(&t) : rc;
    rc = rc == 0 ? np_stack_layout(&t) : rc;
    rc = rc == 0 ? np_stack_places(&t) : rc;
    free(t.place);
    free(t.range);
    free(t.sorted);
    return rc;
}
