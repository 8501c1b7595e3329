#ifndef NP_HTML_STACKS_H
#define NP_HTML_STACKS_H

/*
 * The stacks of the sites that a page shows, as a tree:
 *
 *      node[0]  the root
 *      node[i]  a frame and the node of its caller, which stands before it
 *
 * Inlined functions are frames of their own.  Strings and modules are
 * numbered; number 0 of both is "".  One thread.
 */

#include <stdint.h>

#include "report/np_export.h"
#include "report/np_strings.h"

#define NP_HTML_NO_NODE UINT32_MAX

typedef struct {
    uint32_t name;   /* strings */
    uint32_t file;   /* strings */
    uint32_t module; /* an index of `modules` */
    uint32_t line;
    int      inlined;
    int      wrapper; /* malloc, operator new and the like */
} np_html_frame_t;

typedef struct {
    uint32_t parent;
    uint32_t frame;
} np_html_node_t;

typedef struct {
    const np_export_t *x;
    np_strings_t       strings;
    np_strings_t       modules; /* paths */
    np_html_frame_t   *frame;
    np_html_node_t    *node;
    uint32_t           nframes, nnodes;
    uint32_t           frame_room, node_room;
    uint32_t           most;  /* nodes that there may be */
    uint32_t          *place; /* the first frame of each place, plus 1 */
    uint32_t          *slot;  /* of nodes, by parent and frame, plus 1 */
    uint32_t           slots; /* a power of two */
    uint32_t           ntitles;
    uint32_t           title[8][2]; /* string and frame */
} np_html_stacks_t;

/* most: nodes that there may be, the root included.  -1: no memory */
int  np_html_stacks_init(np_html_stacks_t *t, const np_export_t *x,
                         uint32_t most);
void np_html_stacks_fini(np_html_stacks_t *t);

/* the node of a site's stack; 0 if there is no room for it any more,
 * NP_HTML_NO_NODE if there is no memory */
uint32_t np_html_stacks_add(np_html_stacks_t *t, const np_site_t *s);

/* likewise a frame below the root that stands for no function; there are few */
uint32_t np_html_stacks_title(np_html_stacks_t *t, const char *title);

/* `,"strings":[...],"modules":[...],...`; -1: no memory */
int np_html_stacks_write(FILE *f, const np_html_stacks_t *t);

#endif
