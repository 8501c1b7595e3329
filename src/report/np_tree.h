#ifndef NP_TREE_H
#define NP_TREE_H

/*
 * Who calls whom, with one figure: what each function's callees and it itself
 * have of it.  Hidden sites are left out.  One thread.
 *
 *      node[0]            all
 *        +-- main         inclusive: all that happened below
 *        |     +-- parse  exclusive: of sites that end here
 */

#include "report/np_figure.h"
#include "report/np_profile.h"
#include "report/np_symbols.h"

#define NP_NO_NODE UINT32_MAX

typedef struct {
    np_symbol_t symbol; /* its function NULL: of node 0 */
    const char *module;
    uint32_t    parent, child, sibling; /* NP_NO_NODE: none */
    double      inclusive, exclusive;
} np_tree_node_t;

typedef struct {
    np_tree_node_t *node;
    uint32_t        n;
    uint32_t        room;
    uint32_t       *slot; /* hash table of nodes by parent and function */
    uint32_t        slots;
} np_tree_t;

/* callers: from the allocating functions to main; else the other way round.
 * Children are sorted by their inclusive figure.  -1: no memory, and nothing
 * to be freed */
int  np_tree_make(np_tree_t *t, const np_profile_t *p, np_symbols_t *y,
                  np_figure_e f, int callers);
void np_tree_free(np_tree_t *t);

#endif
