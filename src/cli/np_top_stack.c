/*
 * The call stack of one site as lines of text.
 */
#include "config.h"

#include "cli/np_top_stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_brief.h"
#include "report/np_figure.h"
#include "report/np_symbols.h"


static int
np_top_stack_add(np_top_stack_t *k, const char *text)
{
    char **frame = realloc(k->frame, (k->n + 1) * sizeof(*frame));

    if (frame == NULL) {
        return -1;
    }
    k->frame = frame;
    frame[k->n] = strdup(text);
    if (frame[k->n] == NULL) {
        return -1;
    }
    k->n++;
    return 0;
}


static int
np_top_stack_place(np_top_stack_t *k, const np_symbols_at_t *at)
{
    char name[NP_BRIEF_LINE], line[2 * NP_BRIEF_LINE];

    for (unsigned i = 0; i < at->n; i++) {
        const np_symbol_t *f = &at->frame[i];

        (void) snprintf(line, sizeof(line), "%s%s  [%s]",
                        np_brief_symbol(f, name), f->inlined ? " inlined" : "",
                        at->module);
        if (np_top_stack_add(k, line) != 0) {
            return -1;
        }
    }
    return 0;
}


int
np_top_stack(np_top_stack_t *k, const np_profile_t *p, uint32_t site,
             const char *root)
{
    np_symbols_options_t o = {*root != '\0' ? root : NULL, NULL, 0, NULL};
    np_symbols_t        *y = np_symbols_open(p, &o);
    const np_site_t     *s = &p->site[site];
    int                  rc = y != NULL ? 0 : -1;

    memset(k, 0, sizeof(*k));
    for (uint32_t i = 0; i < s->depth && rc == 0; i++) {
        rc = np_top_stack_place(k, np_symbols_at(y, s->stack[i]));
    }
    if (s->depth == 0 && rc == 0) {
        rc = np_top_stack_add(k, np_figure_title(s));
    }
    if (y != NULL) {
        np_symbols_free(y);
    }
    if (rc != 0) {
        np_top_stack_free(k);
    }
    return rc;
}


void
np_top_stack_free(np_top_stack_t *k)
{
    for (unsigned i = 0; i < k->n; i++) {
        free(k->frame[i]);
    }
    free(k->frame);
    memset(k, 0, sizeof(*k));
}
