/*
 * The stacks of the sites that a page shows, as a tree.  A node is found by
 * its caller and its frame in a hash table with linear probing, which is made
 * large enough at first for all nodes that there may be.
 */
#include "config.h"

#include "report/np_html_stacks.h"

#include <stdlib.h>
#include <string.h>

#include "report/np_figure.h"
#include "report/np_html_json.h"


int
np_html_stacks_init(np_html_stacks_t *t, const np_export_t *x, uint32_t most)
{
    memset(t, 0, sizeof(*t));
    t->x = x;
    t->most = most;
    t->slots = 64;
    while (t->slots / 2 < most) {
        t->slots *= 2;
    }
    t->slot = calloc(t->slots, sizeof(*t->slot));
    t->place = calloc((size_t) x->profile->nplaces + 1, sizeof(*t->place));
    t->node_room = 64;
    t->node = calloc(t->node_room, sizeof(*t->node));
    t->nnodes = 1;
    if (t->slot == NULL || t->place == NULL || t->node == NULL
        || np_strings_number(&t->strings, "") != 0
        || np_strings_number(&t->modules, "") != 0) {
        np_html_stacks_fini(t);
        return -1;
    }
    return 0;
}


void
np_html_stacks_fini(np_html_stacks_t *t)
{
    np_strings_fini(&t->strings);
    np_strings_fini(&t->modules);
    free(t->frame);
    free(t->node);
    free(t->place);
    free(t->slot);
    memset(t, 0, sizeof(*t));
}


/* makes room for one more of size bytes; NULL: no memory, all is as it was */
static void *
np_html_room(void *list, uint32_t n, uint32_t *room, size_t size)
{
    uint32_t more = *room == 0 ? 64 : *room * 2;

    if (n < *room) {
        return list;
    }
    list = reallocarray(list, more, size);
    if (list != NULL) {
        *room = more;
    }
    return list;
}


/* its number, plus 1; 0: no memory */
static uint32_t
np_html_frame_add(np_html_stacks_t *t, const np_symbol_t *y, uint32_t module)
{
    np_html_frame_t *frame
        = np_html_room(t->frame, t->nframes, &t->frame_room, sizeof(*frame));

    if (frame == NULL) {
        return 0;
    }
    t->frame = frame;
    frame += t->nframes;
    frame->name = np_strings_number(&t->strings, y->function);
    frame->file
        = np_strings_number(&t->strings, y->file != NULL ? y->file : "");
    frame->module = module;
    frame->line = y->line;
    frame->inlined = y->inlined;
    frame->wrapper = np_symbol_is_wrapper(y);
    if (frame->name == NP_STRINGS_FAILED || frame->file == NP_STRINGS_FAILED) {
        return 0;
    }
    return ++t->nframes;
}


/* the first frame of a place, plus 1; its others follow.  0: no memory */
static uint32_t
np_html_place(np_html_stacks_t *t, uint32_t place, const np_symbols_at_t *at)
{
    const np_profile_t *p = t->x->profile;
    uint32_t            number = p->place[place].module, module = 0;

    if (t->place[place] != 0) {
        return t->place[place];
    }
    if (number < p->nmodules) {
        module = np_strings_number(&t->modules, p->module[number].path);
        if (module == NP_STRINGS_FAILED) {
            return 0;
        }
    }
    for (unsigned i = 0; i < at->n; i++) {
        if (np_html_frame_add(t, &at->frame[i], module) == 0) {
            return 0;
        }
    }
    t->place[place] = t->nframes - at->n + 1;
    return t->place[place];
}


static uint32_t
np_html_node(np_html_stacks_t *t, uint32_t parent, uint32_t frame)
{
    uint64_t        h = ((uint64_t) parent << 32 | frame) * 0x9e3779b97f4a7c15;
    uint32_t        i = (uint32_t) (h >> 32) & (t->slots - 1);
    np_html_node_t *node;

    for (; t->slot[i] != 0; i = (i + 1) & (t->slots - 1)) {
        node = &t->node[t->slot[i] - 1];
        if (node->parent == parent && node->frame == frame) {
            return t->slot[i] - 1;
        }
    }
    if (t->nnodes >= t->most) {
        return 0;
    }
    node = np_html_room(t->node, t->nnodes, &t->node_room, sizeof(*node));
    if (node == NULL) {
        return NP_HTML_NO_NODE;
    }
    t->node = node;
    node[t->nnodes].parent = parent;
    node[t->nnodes].frame = frame;
    t->slot[i] = ++t->nnodes;
    return t->nnodes - 1;
}


uint32_t
np_html_stacks_title(np_html_stacks_t *t, const char *title)
{
    np_symbol_t y = {.function = title};
    uint32_t    name = np_strings_number(&t->strings, title), frame;

    for (uint32_t i = 0; i < t->ntitles; i++) {
        if (t->title[i][0] == name) {
            return np_html_node(t, 0, t->title[i][1]);
        }
    }
    frame = np_html_frame_add(t, &y, 0);
    if (frame == 0) {
        return NP_HTML_NO_NODE;
    }
    if (t->ntitles < sizeof(t->title) / sizeof(t->title[0])) {
        t->title[t->ntitles][0] = name;
        t->title[t->ntitles++][1] = frame - 1;
    }
    return np_html_node(t, 0, frame - 1);
}


uint32_t
np_html_stacks_add(np_html_stacks_t *t, const np_site_t *s)
{
    uint32_t node = 0, first;

    if (s->depth == 0) {
        return np_html_stacks_title(t, np_figure_title(s));
    }
    for (uint32_t i = s->depth; i-- > 0;) {
        const np_symbols_at_t *at = np_symbols_at(t->x->symbols, s->stack[i]);

        first = np_html_place(t, s->stack[i], at);
        if (first == 0) {
            return NP_HTML_NO_NODE;
        }
        for (unsigned k = at->n; k-- > 0;) {
            node = np_html_node(t, node, first - 1 + k);
            if (node == 0 || node == NP_HTML_NO_NODE) {
                return node;
            }
        }
    }
    return node;
}


static int
np_html_strings(FILE *f, const np_strings_t *t)
{
    (void) fputs(",\n\"strings\":[", f);
    for (uint32_t i = 0; i < t->n; i++) {
        np_html_comma(f, i);
        if (np_html_string(f, t->string[i]) != 0) {
            return -1;
        }
    }
    (void) fputc(']', f);
    return 0;
}


/* a list of one number of each record: `get` says which */
#define NP_HTML_COLUMN(f, key, n, get)                                        \
    do {                                                                      \
        (void) fprintf(f, "%s\":[", key);                                     \
        for (uint32_t i = 0; i < (n); i++) {                                  \
            np_html_comma(f, i);                                              \
            (void) fprintf(f, "%u", (unsigned) (get));                        \
        }                                                                     \
        (void) fputc(']', f);                                                 \
    } while (0)


int
np_html_stacks_write(FILE *f, const np_html_stacks_t *t)
{
    if (np_html_strings(f, &t->strings) != 0) {
        return -1;
    }
    (void) fputs(",\n\"modules\":[", f);
    for (uint32_t i = 0; i < t->modules.n; i++) {
        np_html_comma(f, i);
        if (np_html_string(f, t->modules.string[i]) != 0) {
            return -1;
        }
    }
    (void) fputs("],\n", f);
    NP_HTML_COLUMN(f, "\"frames\":{\"name", t->nframes, t->frame[i].name);
    NP_HTML_COLUMN(f, ",\"file", t->nframes, t->frame[i].file);
    NP_HTML_COLUMN(f, ",\"line", t->nframes, t->frame[i].line);
    NP_HTML_COLUMN(f, ",\"module", t->nframes, t->frame[i].module);
    NP_HTML_COLUMN(f, ",\"inlined", t->nframes, t->frame[i].inlined);
    NP_HTML_COLUMN(f, ",\"wrapper", t->nframes, t->frame[i].wrapper);
    NP_HTML_COLUMN(f, "},\n\"nodes\":{\"parent", t->nnodes, t->node[i].parent);
    NP_HTML_COLUMN(f, ",\"frame", t->nnodes, t->node[i].frame);
    (void) fputc('}', f);
    return 0;
}
