/*
 * A profile as one HTML page that needs nothing else: style sheet, scripts and
 * data are inside, and a content security policy forbids all that is not.
 *
 *      | np_html_head | {the data as JSON} | np_html_tail |
 *
 * The page's script reads the data, which is a script element of a type that
 * browsers do not run; see np_html_json.h for why it cannot end early.  What
 * the data hold is bounded, and says of itself what was left out.
 */
#include "config.h"

#include "report/np_export.h"

#include <stdlib.h>

#include "report/np_escape.h"
#include "report/np_figure.h"
#include "report/np_hint.h"
#include "report/np_html_json.h"
#include "report/np_html_page.h"
#include "report/np_html_sites.h"

/* beyond these a browser takes seconds to read the page */
#define NP_HTML_SITES  10000
#define NP_HTML_NODES  250000
#define NP_HTML_TIMES  4096
#define NP_HTML_POOLS  1024
#define NP_HTML_BLOCKS 8192

static const char *const np_html_ended[]
    = {"not", "exit", "exec", "signal", "fatal", "stopped"};

static const char *const np_html_lost[NP_TABLES]
    = {"bytes of the command line",
       "modules",
       "frames",
       "sites",
       "threads",
       "moments",
       "pools",
       "blocks"};


/* member i of n evenly chosen ones of `all`; the first and the last among
 * them */
static unsigned
np_html_chosen(unsigned i, unsigned n, unsigned all)
{
    return n < 2 ? 0 : (unsigned) ((uint64_t) i * (all - 1) / (n - 1));
}


static unsigned
np_html_least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}


static int
np_html_command(FILE *f, const np_profile_t *p)
{
    char *line = p->ncommand > 0 ? np_escape_command(p->command) : NULL;
    int   rc = p->ncommand > 0 && line == NULL ? -1 : 0;

    (void) fprintf(f,
                   "{\"tool\":\"ngxpool %s\",\n\"command\":", PACKAGE_VERSION);
    if (rc == 0) {
        rc = np_html_string(f, line != NULL ? line : "");
    }
    free(line);
    return rc;
}


static void
np_html_header(FILE *f, const np_profile_t *p)
{
    const np_format_header_t *h = &p->header;
    unsigned known = sizeof(np_html_ended) / sizeof(np_html_ended[0]);

    (void) fprintf(f, ",\n\"ended\":\"%s\"",
                   p->over            ? "over"
                   : h->ended < known ? np_html_ended[h->ended]
                                      : "");
    np_html_member(f, "gaps", h->gaps);
    np_html_member(f, "threads", np_profile_busy(p));
    np_html_member(f, "pid", h->pid);
    np_html_member(f, "parent", h->parent);
    np_html_member(f, "interval", (double) h->interval);
    np_html_member(f, "depth", h->depth);
    np_html_member(f, "wall", (double) (h->wall / 1000000));
    np_html_member(f, "ms", np_profile_ms(p));
    np_html_member(f, "clock", (double) h->clock);
    np_html_member(f, "live_bytes", p->total.live.bytes);
    np_html_member(f, "live_objects", p->total.live.objects);
    np_html_member(f, "peak_bytes", (double) h->peak_bytes);
    np_html_member(f, "peak_ms", (double) h->peak_ms);
    np_html_member(f, "peak_rss", (double) h->peak_rss);
    np_html_member(f, "own_bytes", (double) h->own_bytes);
    np_html_member(f, "pinned_all", np_profile_pinned(p));
    np_html_member(f, "file_bytes", (double) p->file_bytes);
    np_html_member(f, "counted_bytes", (double) h->live_bytes);
    if (np_profile_is_counted(p)) {
        np_html_member(f, "heap_live_bytes", (double) h->heap_live_bytes);
    } else {
        (void) fputs(",\"heap_live_bytes\":null", f);
    }
    /* of all sites, as is what the program has told of itself */
    (void) fputs(",\n\"totals\":{\"none\":0", f);
    np_html_member(f, "alloc_bytes", p->total.total.bytes);
    np_html_member(f, "allocs", p->total.total.objects);
    np_html_member(f, "temporary_bytes", p->total.temporary.bytes);
    np_html_member(f, "pinned", p->total.pinned);
    np_html_member(f, "live_slack", p->total.live_slack);
    (void) fputs("},\n\"stacks\":{\"none\":0", f);
    np_html_member(f, "memo", (double) h->memo_hits);
    np_html_member(f, "walks", (double) h->walks);
    np_html_member(f, "steps", (double) h->steps);
    np_html_member(f, "cut", (double) h->cut);
    np_html_member(f, "broken", (double) h->broken);
    (void) fputs("},\n\"errors\":{\"none\":0", f);
    np_html_member(f, "live", np_figure_error(p, &p->total, NP_FIGURE_LIVE));
    np_html_member(f, "total", np_figure_error(p, &p->total, NP_FIGURE_TOTAL));
    (void) fputs("},\n\"lost\":{\"none\":0", f);
    for (int i = 0; i < NP_TABLES; i++) {
        np_html_member(f, np_html_lost[i], h->table[i].lost);
    }
    (void) fputc('}', f);
}


static void
np_html_limits(FILE *f, const char *name, uint64_t (*limit)(unsigned),
               unsigned n)
{
    (void) fprintf(f, "\"%s\":[", name);
    for (unsigned i = 0; i + 1 < n; i++) {
        (void) fprintf(f, "%llu,", (unsigned long long) limit(i));
    }
    (void) fputs("null]", f);
}


/* [word, what it means]: what the numbers at sites mean */
static int
np_html_hints(FILE *f)
{
    (void) fputs(",\n\"hints\":[", f);
    for (unsigned i = 0; np_hints[i].word != NULL; i++) {
        np_html_comma(f, i);
        (void) fputc('[', f);
        if (np_html_string(f, np_hints[i].word) != 0) {
            return -1;
        }
        (void) fputc(',', f);
        if (np_html_string(f, np_hints[i].meaning) != 0) {
            return -1;
        }
        (void) fputc(']', f);
    }
    (void) fputc(']', f);
    return 0;
}


/* a list of a figure of chosen records: `get` may use k, its index */
#define NP_HTML_LIST(f, key, n, all, get)                                     \
    do {                                                                      \
        (void) fprintf(f, "%s\":[", key);                                     \
        for (unsigned i = 0; i < (n); i++) {                                  \
            unsigned k = np_html_chosen(i, n, all);                           \
                                                                              \
            np_html_comma(f, i);                                              \
            np_html_number(f, (double) (get));                                \
        }                                                                     \
        (void) fputc(']', f);                                                 \
    } while (0)


static void
np_html_times(FILE *f, const np_profile_t *p)
{
    const np_format_time_t *t = p->time;
    unsigned                all = p->ntimes;
    unsigned                n = np_html_least(all, NP_HTML_TIMES);

    NP_HTML_LIST(f, ",\n\"times\":{\"ms", n, all, t[k].ms);
    NP_HTML_LIST(f, ",\n\"clock", n, all, t[k].clock);
    NP_HTML_LIST(f, ",\n\"live", n, all, t[k].live);
    NP_HTML_LIST(f, ",\n\"rss", n, all, t[k].rss);
    NP_HTML_LIST(f, ",\n\"heap", n, all, t[k].heap);
    NP_HTML_LIST(f, ",\n\"pools", n, all, t[k].pools);
    NP_HTML_LIST(f, ",\n\"large", n, all, t[k].large);
    NP_HTML_LIST(f, ",\n\"pinned", n, all, np_profile_pinned_at(p, k));
    (void) fputc('}', f);
}


static void
np_html_pools(FILE *f, const np_profile_t *p)
{
    const np_format_pool_t *t = p->pool;
    unsigned                all = p->npools;
    unsigned                n = np_html_least(all, NP_HTML_POOLS);

    NP_HTML_LIST(f, ",\n\"pools\":{\"size", n, all, t[k].size);
    NP_HTML_LIST(f, ",\n\"blocks", n, all, t[k].blocks);
    NP_HTML_LIST(f, ",\n\"slots", n, all, t[k].slots);
    NP_HTML_LIST(f, ",\n\"live", n, all, t[k].live);
    NP_HTML_LIST(f, ",\n\"holes", n, all, t[k].holes);
    NP_HTML_LIST(f, ",\n\"pinned", n, all, t[k].pinned);
    (void) fputc('}', f);
}


/* 64 digits, 0 for an empty part of the block and f for a full one; a part
 * with one object in it is not empty */
static void
np_html_cells(FILE *f, const np_format_block_t *b)
{
    for (unsigned i = 0; i < NP_CELLS; i++) {
        (void) fprintf(f, "%x", (b->cell[i] * 15u + 254) / 255);
    }
}


static void
np_html_blocks(FILE *f, const np_profile_t *p, const np_html_sites_t *sites)
{
    const np_profile_block_t *t = p->block;
    unsigned                  all = p->nblocks;
    unsigned                  n = np_html_least(all, NP_HTML_BLOCKS);

    NP_HTML_LIST(f, ",\n\"blocks\":{\"size", n, all, t[k].record.size);
    NP_HTML_LIST(f, ",\n\"bytes", n, all, t[k].record.bytes);
    NP_HTML_LIST(f, ",\n\"slots", n, all, t[k].record.slots);
    NP_HTML_LIST(f, ",\n\"live", n, all, t[k].record.live);
    NP_HTML_LIST(f, ",\n\"pinned", n, all, t[k].record.pinned);
    NP_HTML_LIST(f, ",\n\"pinned_by", n, all, t[k].record.pinned_by);
    NP_HTML_LIST(f, ",\n\"site", n, all,
                 t[k].site >= p->nsites
                         || sites->row_of[t[k].site] == NP_HTML_NO_ROW
                     ? -1.0
                     : sites->row_of[t[k].site]);
    (void) fputs(",\n\"start\":[", f);
    for (unsigned i = 0; i < n; i++) {
        np_html_comma(f, i);
        (void) fprintf(
            f, "\"%llx\"",
            (unsigned long long) t[np_html_chosen(i, n, all)].record.start);
    }
    (void) fputs("],\n\"cells\":[", f);
    for (unsigned i = 0; i < n; i++) {
        np_html_comma(f, i);
        (void) fputc('"', f);
        np_html_cells(f, &t[np_html_chosen(i, n, all)].record);
        (void) fputc('"', f);
    }
    (void) fputs("]}", f);
}


static int
np_html_data(FILE *f, const np_profile_t *p, np_html_stacks_t *stacks,
             const np_html_sites_t *sites)
{
    uint32_t node = 0;

    if (sites->n < sites->all) {
        /* the one node more that init was not told of */
        stacks->most = NP_HTML_NODES + 1;
        node = np_html_stacks_title(stacks, "(sites left out)");
    }
    if (node == NP_HTML_NO_NODE || np_html_command(f, p) != 0) {
        return -1;
    }
    np_html_header(f, p);
    (void) fputs(",\n\"limits\":{", f);
    np_html_limits(f, "size", np_figure_size_limit, NP_SIZES);
    (void) fputc(',', f);
    np_html_limits(f, "life", np_figure_life_limit, NP_LIVES);
    (void) fputc(',', f);
    np_html_limits(f, "time", np_figure_time_limit, NP_TIMES);
    (void) fputc('}', f);
    if (np_html_hints(f) != 0 || np_html_stacks_write(f, stacks) != 0) {
        return -1;
    }
    np_html_sites_write(f, sites, node);
    np_html_member(f, "hidden", p->nsites - sites->all);
    np_html_member(f, "blocks",
                   p->nblocks - np_html_least(p->nblocks, NP_HTML_BLOCKS));
    (void) fputc('}', f);
    np_html_times(f, p);
    np_html_pools(f, p);
    np_html_blocks(f, p, sites);
    (void) fputs("}\n", f);
    return 0;
}


int
np_export_html(FILE *f, const np_export_t *x)
{
    np_html_stacks_t stacks;
    np_html_sites_t  sites;
    int              rc = -1;

    if (np_html_stacks_init(&stacks, x, NP_HTML_NODES) != 0) {
        return -1;
    }
    if (np_html_sites_init(&sites, &stacks, NP_HTML_SITES) == 0) {
        (void) fputs(np_html_head, f);
        rc = np_html_data(f, x->profile, &stacks, &sites);
        (void) fputs(np_html_tail, f);
        np_html_sites_fini(&sites);
    }
    np_html_stacks_fini(&stacks);
    return rc != 0 || ferror(f) ? -1 : 0;
}
