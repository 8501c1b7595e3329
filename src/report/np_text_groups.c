/*
 * Figures summed up by function, module, thread or size, and the tree of
 * callers and callees.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/np_escape.h"
#include "report/np_brief.h"
#include "report/np_figure.h"
#include "report/np_identity.h"
#include "report/np_text.h"
#include "report/np_tree.h"

/* branches with less than this share of all that is shown are summed up */
#define NP_TEXT_BRANCH 0.005
#define NP_TEXT_DEEP   64

static const char *const np_text_groups_title[NP_BYS] = {
    "site", "call stack", "function", "module", "thread", "size",
};


/* of a thread; of a site they are frees by others */
static const char np_text_remote[] = "frees of what others allocated";

/* the columns of a thread, but for the one that it is sorted by, which comes
 * first; NP_FIGURES: bytes that it freed */
static const struct {
    const char *title;
    np_figure_e figure;
} np_text_thread[] = {
    {"total", NP_FIGURE_TOTAL},
    {"allocs", NP_FIGURE_ALLOCS},
    {"freed", NP_FIGURES},
    {"remote", NP_FIGURE_REMOTE},
};

#define NP_TEXT_THREAD (sizeof(np_text_thread) / sizeof(np_text_thread[0]))


/* g: NULL: their titles */
static void
np_text_group_thread(const np_text_t *t, const np_group_t *g, np_figure_e f)
{
    char cell[NP_TEXT_CELL];

    for (size_t i = 0; i < NP_TEXT_THREAD; i++) {
        np_figure_e k = np_text_thread[i].figure;
        const char *text = np_text_thread[i].title;

        if (k == f) {
            continue;
        }
        if (g != NULL) {
            text = k == NP_FIGURES ? np_text_bytes(t, g->freed, cell)
                                   : np_text_value(t, k, g->value[k], cell);
        }
        (void) fprintf(t->f, "%12s ", text);
    }
    (void) fputc(' ', t->f);
}


static void
np_text_group_name(const np_text_t *t, const np_group_t *g)
{
    char  line[1024], name[NP_BRIEF_MAX];
    char *nl;

    (void) snprintf(line, sizeof(line), "%s", g->name);
    /* a stack's first function stands for it */
    nl = strchr(line, '\n');
    if (nl != NULL) {
        *nl = '\0';
    }
    np_escape_text(line);
    (void) fputs(g->whole ? line : np_brief(line, name), t->f);
    if (g->threads > 1) {
        (void) fprintf(t->f, " (the last of %u threads)", g->threads);
    }
    (void) fputc('\n', t->f);
}


static int
np_text_group(const np_text_t *t, const np_group_t *g, np_figure_e f,
              double all)
{
    char        value[NP_TEXT_CELL], share[NP_TEXT_CELL], more[NP_TEXT_CELL];
    char        error[NP_TEXT_CELL];
    const char *known = "";

    /* how many samples there are is no estimate */
    if (t->o->by != NP_BY_SIZE) {
        known = np_text_error(t, g->value[f], sqrt(g->variance[f]), error);
    }
    (void) fprintf(t->f, "  %12s%-*s %8s ",
                   np_text_value(t, f, g->value[f], value), np_text_width(t),
                   known, np_text_share(g->value[f], all, share));
    switch (t->o->by) {
    case NP_BY_FUNCTION:
        (void) fprintf(t->f, "%12s  ",
                       np_text_value(t, f, g->inclusive[f], more));
        break;
    case NP_BY_THREAD:
        np_text_group_thread(t, g, f);
        break;
    default:
        (void) fputc(' ', t->f);
        break;
    }
    np_text_group_name(t, g);
    /* where there is no stack, the name says it all */
    return t->o->by == NP_BY_STACK && g->site != NP_NO_SITE
                   && t->p->site[g->site].depth > 0
               ? np_text_stack(t, &t->p->site[g->site], "      ")
               : 0;
}


static void
np_text_groups_head(const np_text_t *t, np_figure_e f)
{
    static const char *const more[NP_BYS] = {
        "  site",   "  call stack", "with callees  function",
        "  module", "thread",       "  size of a request",
    };

    (void) fprintf(t->f, "%s  %12s%-*s %8s ", np_text_on(t, NP_TEXT_FAINT),
                   np_figure[f].key, np_text_width(t), "", "share");
    if (t->o->by == NP_BY_THREAD) {
        np_text_group_thread(t, NULL, f);
    }
    (void) fprintf(t->f, "%s%s\n", more[t->o->by],
                   np_text_off(t, NP_TEXT_FAINT));
}


/* a thread that frees what others have allocated has none of most figures */
static int
np_text_group_has(const np_group_t *g, np_figure_e f)
{
    return g->value[f] > 0 || g->inclusive[f] > 0 || g->freed > 0
           || (g->threads > 0
               && (g->value[NP_FIGURE_ALLOCS] > 0
                   || g->value[NP_FIGURE_REMOTE] > 0));
}


/* of all sites, those that a filter hides, too: what shares are of.  Threads
 * are not filtered, and have figures of their own; sizes are of samples */
static double
np_text_groups_all(const np_text_t *t, const np_groups_t *g, np_figure_e f)
{
    double all = 0;

    switch (t->o->by) {
    case NP_BY_THREAD:
        for (unsigned i = 0; i < g->n; i++) {
            all += g->v[i].value[f];
        }
        return all;
    case NP_BY_SIZE:
        for (unsigned i = 0; i < NP_SIZES; i++) {
            all += t->p->total.size[i];
        }
        return all;
    default:
        return np_figure_value(&t->p->total, f);
    }
}


/* those that have something of the figure, and how many more there are */
static int
np_text_groups_rows(const np_text_t *t, const np_groups_t *g, np_figure_e f)
{
    double   all = np_text_groups_all(t, g, f), rest = 0;
    unsigned shown = 0, more = 0;
    char     cell[NP_TEXT_CELL];

    for (unsigned i = 0; i < g->n; i++) {
        const np_group_t *v = &g->v[i];

        if (!np_text_group_has(v, f)) {
            continue;
        }
        if (t->o->top != 0 && shown == t->o->top) {
            rest += v->value[f];
            more += v->threads > 1 ? v->threads : 1;
            continue;
        }
        shown++;
        if (np_text_group(t, v, f, all) != 0) {
            return -1;
        }
    }
    if (shown == 0) {
        (void) fputs("  none\n", t->f);
    } else if (more != 0) {
        (void) fprintf(t->f, "  %12s in %u more %s%s\n",
                       np_text_value(t, f, rest, cell), more,
                       np_text_groups_title[t->o->by], more == 1 ? "" : "s");
    }
    return 0;
}


int
np_text_groups(const np_text_t *t)
{
    np_groups_t g;
    np_figure_e f = t->o->sort;
    int         rc;

    if (np_groups_make(&g, t->p, t->y, t->o->by) != 0) {
        return -1;
    }
    if (!np_by_knows(t->o->by, f)) {
        f = t->o->by == NP_BY_SIZE ? NP_FIGURE_ALLOCS : NP_FIGURE_TOTAL;
    }
    if (t->o->by != NP_BY_SIZE) {
        np_groups_sort(&g, f);
    }
    np_text_head(t, "By %s: %s%s", np_text_groups_title[t->o->by],
                 t->o->by == NP_BY_THREAD && f == NP_FIGURE_REMOTE
                     ? np_text_remote
                     : np_figure[f].help,
                 t->o->by == NP_BY_SIZE && t->p->sampled ? ", samples" : "");
    np_text_groups_head(t, f);
    rc = np_text_groups_rows(t, &g, f);
    if (t->o->by == NP_BY_THREAD) {
        (void) fprintf(
            t->f, "%s  total, freed: bytes; allocs: calls; remote: %s%s\n",
            np_text_on(t, NP_TEXT_FAINT), np_text_remote,
            np_text_off(t, NP_TEXT_FAINT));
    }
    np_groups_free(&g);
    return rc;
}


/* its function, told apart from its siblings; for free(), NULL: no memory */
static char *
np_text_branch_name(const np_tree_t *tree, const np_tree_node_t *node)
{
    unsigned differs = 0;

    for (uint32_t i = tree->node[node->parent].child; i != NP_NO_NODE;
         i = tree->node[i].sibling) {
        differs |= np_identity_differs(node->symbol.identity,
                                       tree->node[i].symbol.identity);
    }
    return np_identity_label(node->symbol.identity, differs);
}


static void
np_text_branch(const np_text_t *t, const np_tree_t *tree, uint32_t i,
               unsigned depth)
{
    const np_tree_node_t *node = &tree->node[i];
    char                 *label = np_text_branch_name(tree, node);
    char                  inclusive[NP_TEXT_CELL], exclusive[NP_TEXT_CELL];
    char                  share[NP_TEXT_CELL], name[NP_BRIEF_MAX];

    (void) fprintf(
        t->f, "  %12s %8s %12s  %*s%s\n",
        np_text_value(t, t->o->sort, node->inclusive, inclusive),
        np_text_share(node->inclusive,
                      np_figure_value(&t->p->total, t->o->sort), share),
        np_text_value(t, t->o->sort, node->exclusive, exclusive), (int) depth,
        "", np_brief(label != NULL ? label : node->symbol.function, name));
    free(label);
}


/* siblings of which each is small, as one line */
static void
np_text_branches(const np_text_t *t, const np_tree_t *tree, uint32_t i,
                 unsigned depth)
{
    double   least = tree->node[0].inclusive * NP_TEXT_BRANCH, sum = 0;
    unsigned n = 0;
    char     cell[NP_TEXT_CELL], share[NP_TEXT_CELL];

    for (; i != NP_NO_NODE; i = tree->node[i].sibling) {
        if (tree->node[i].inclusive < least || depth >= NP_TEXT_DEEP) {
            sum += tree->node[i].inclusive;
            n++;
            continue;
        }
        np_text_branch(t, tree, i, depth);
        np_text_branches(t, tree, tree->node[i].child, depth + 1);
    }
    if (n != 0) {
        (void) fprintf(t->f, "  %12s %8s %12s  %*s(%u more)\n",
                       np_text_value(t, t->o->sort, sum, cell),
                       np_text_share(sum,
                                     np_figure_value(&t->p->total, t->o->sort),
                                     share),
                       "", (int) depth, "", n);
    }
}


int
np_text_tree(const np_text_t *t)
{
    np_tree_t tree;
    int       callers = t->o->tree == NP_TREE_CALLERS;

    if (np_tree_make(&tree, t->p, t->y, t->o->sort, callers) != 0) {
        return -1;
    }
    np_text_head(t, "%s: %s",
                 callers ? "Who allocates, and who called that"
                         : "Who calls what allocates",
                 np_figure[t->o->sort].help);
    (void) fprintf(t->f, "%s  %12s %8s %12s  %s%s\n",
                   np_text_on(t, NP_TEXT_FAINT), "inclusive", "share", "self",
                   "function", np_text_off(t, NP_TEXT_FAINT));
    np_text_branches(t, &tree, tree.node[0].child, 0);
    np_tree_free(&tree);
    return 0;
}
