/*
 * Who calls whom, with one figure.  A node is found by its parent and its
 * function through a hash table; symbols keep the identity of each function
 * once, so identities are compared by address.
 */
#include "config.h"

#include "report/np_tree.h"

#include <stdlib.h>
#include <string.h>

#include "report/np_callstack.h"
#include "report/np_figure.h"


/* of a table with a power of two slots: the one it is in, or belongs in */
static uint32_t *
np_tree_slot(const np_tree_t *t, uint32_t parent, const char *identity)
{
    uint64_t h = ((uint64_t) (uintptr_t) identity >> 3) ^ parent * 0x9e3779b9u;

    h *= 0x9e3779b97f4a7c15u;
    for (uint32_t i = (uint32_t) (h >> 32);; i++) {
        uint32_t *slot = &t->slot[i & (t->slots - 1)];

        if (*slot == NP_NO_NODE
            || (t->node[*slot].parent == parent
                && t->node[*slot].symbol.identity == identity)) {
            return slot;
        }
    }
}


static int
np_tree_grow(np_tree_t *t)
{
    uint32_t        room = t->room == 0 ? 1024 : 2 * t->room;
    np_tree_node_t *node = realloc(t->node, room * sizeof(*node));

    if (node == NULL) {
        return -1;
    }
    t->node = node;
    t->room = room;
    free(t->slot);
    t->slots = 2 * room;
    t->slot = malloc(t->slots * sizeof(*t->slot));
    if (t->slot == NULL) {
        return -1;
    }
    memset(t->slot, 0xff, t->slots * sizeof(*t->slot));
    for (uint32_t i = 1; i < t->n; i++) {
        *np_tree_slot(t, node[i].parent, node[i].symbol.identity) = i;
    }
    return 0;
}


static uint32_t
np_tree_child(np_tree_t *t, uint32_t parent, const np_call_t *frame)
{
    np_tree_node_t *node;
    uint32_t       *slot;

    if (t->n == t->room && np_tree_grow(t) != 0) {
        return NP_NO_NODE;
    }
    slot = np_tree_slot(t, parent, frame->symbol->identity);
    if (*slot == NP_NO_NODE) {
        node = &t->node[t->n];
        memset(node, 0, sizeof(*node));
        node->symbol = *frame->symbol;
        node->module = frame->module;
        node->parent = parent;
        node->child = NP_NO_NODE;
        node->sibling = t->node[parent].child;
        t->node[parent].child = t->n;
        *slot = t->n++;
    }
    return *slot;
}


static int
np_tree_site(np_tree_t *t, const np_callstack_t *f, double value, int callers)
{
    uint32_t at = 0;

    t->node[0].inclusive += value;
    for (unsigned i = 0; i < f->n; i++) {
        at = np_tree_child(t, at, &f->v[callers ? i : f->n - 1 - i]);
        if (at == NP_NO_NODE) {
            return -1;
        }
        t->node[at].inclusive += value;
        if (callers && i == 0) {
            t->node[at].exclusive += value;
        }
    }
    if (!callers) {
        t->node[at].exclusive += value;
    }
    return 0;
}


static int
np_tree_compare(const void *a, const void *b, void *tree)
{
    const np_tree_t      *t = tree;
    const np_tree_node_t *x = &t->node[*(const uint32_t *) a];
    const np_tree_node_t *y = &t->node[*(const uint32_t *) b];

    if (x->inclusive != y->inclusive) {
        return x->inclusive > y->inclusive ? -1 : 1;
    }
    return strcmp(x->symbol.identity, y->symbol.identity);
}


static int
np_tree_sort(np_tree_t *t)
{
    uint32_t *list = malloc((size_t) t->n * sizeof(*list));

    for (uint32_t i = 0; list != NULL && i < t->n; i++) {
        uint32_t *link = &t->node[i].child;
        size_t    n = 0;

        for (uint32_t k = *link; k != NP_NO_NODE; k = t->node[k].sibling) {
            list[n++] = k;
        }
        qsort_r(list, n, sizeof(*list), np_tree_compare, t);
        for (size_t k = 0; k < n; k++) {
            *link = list[k];
            link = &t->node[list[k]].sibling;
        }
        *link = NP_NO_NODE;
    }
    free(list);
    return list == NULL ? -1 : 0;
}


int
np_tree_make(np_tree_t *t, const np_profile_t *p, np_symbols_t *y,
             np_figure_e f, int callers)
{
    np_callstack_t frames;
    int            rc;

    memset(t, 0, sizeof(*t));
    memset(&frames, 0, sizeof(frames));
    rc = np_tree_grow(t);
    if (rc == 0) {
        memset(&t->node[0], 0, sizeof(t->node[0]));
        t->node[0].parent = t->node[0].child = NP_NO_NODE;
        t->node[0].sibling = NP_NO_NODE;
        t->n = 1;
    }
    for (unsigned i = 0; i < p->nsites && rc == 0; i++) {
        double value = np_figure_value(&p->site[i], f);

        if (!p->site[i].hidden && value > 0) {
            rc = np_callstack_of(&frames, y, &p->site[i]);
            rc = rc == 0 ? np_tree_site(t, &frames, value, callers) : rc;
        }
    }
    rc = rc == 0 ? np_tree_sort(t) : rc;
    np_callstack_free(&frames);
    if (rc != 0) {
        np_tree_free(t);
    }
    return rc;
}


void
np_tree_free(np_tree_t *t)
{
    free(t->node);
    free(t->slot);
    memset(t, 0, sizeof(*t));
}
