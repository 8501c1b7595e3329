/*
 * The report at exit, for people.  Sections in the order in which a reader
 * asks: what ran, where its memory goes, what it asked for, in which sizes,
 * how the pools and the large-block list served that, what the system got
 * back.  A section is a heading, a line or two on what its columns mean, and
 * a table.  Lines whose figures were not counted in this run are left out,
 * and one line says how to get them.
 *
 * A section is a row function, which fills one numbered row from the context,
 * and a function that prints it.  Those by size are in np_report_sizes.c.
 */

#include "config.h"

#include "heap/np_report.h"

#include <inttypes.h>
#include <stddef.h>

#include "heap/np_report_section.h"


/* The terminal's encoding is unknown here, and a name can hold anything: what
 * is not printable ASCII is shown as \xNN. */
static void
np_report_name(np_out_t *o, const char *name)
{
    const unsigned char *s;

    for (s = (const unsigned char *) name; *s != '\0'; s++) {
        if (*s < 0x20 || *s > 0x7e) {
            np_outf(o, "\\x%02x", *s);
        } else {
            np_outf(o, *s == '\\' ? "\\\\" : "%c", *s);
        }
    }
}


/* " 12.3 MiB" or " 12897484 bytes", in running text */
static void
np_report_amount(np_out_t *o, uint64_t n, int exact)
{
    char buf[NP_REPORT_CELL];

    if (exact) {
        np_outf(o, "%" PRIu64 " bytes", n);
    } else {
        np_outf(o, "%s", np_out_size(buf, n));
    }
}


static void
np_report_seconds(np_out_t *o, uint64_t ms, const char *what)
{
    np_outf(o, "%" PRIu64 ".%03u s %s", ms / 1000, (unsigned) (ms % 1000),
            what);
}


static void
np_report_head(np_out_t *o, const np_report_ctx_t *x)
{
    const np_report_run_t *run = x->run;

    np_outf(o, "ngxpool report: ");
    np_report_name(o, run->command);
    np_outf(o, ", process %d\n", run->pid);

    np_outf(o, "  time     ");
    np_report_seconds(o, run->wall_ms, "wall, ");
    np_report_seconds(o, run->user_us / 1000, "user, ");
    np_report_seconds(o, run->sys_us / 1000, "system\n");

    np_outf(o, "  threads  %" PRIu64 " seen, %" PRIu64 " now\n",
            x->s->threads_seen, x->s->threads_now);

    np_outf(o, "  RSS      ");

    if (run->memory.rss == 0) {
        np_outf(o, "not known (/proc cannot be read)\n");
    } else {
        np_report_amount(o, run->memory.rss, x->exact);
        np_outf(o, " now, ");
        np_report_amount(o, run->memory.peak, x->exact);
        np_outf(o, " at its peak\n");
    }

    np_outf(o, "  faults   %zu minor, %zu major\n", run->memory.minor_faults,
            run->memory.major_faults);

    if (!x->s->reclaim) {
        np_outf(o, "  mode     NGXPOOL_RECLAIM=off: the literal nginx pool; "
                   "what is freed stays dead\n");
    }
}


static int
np_report_where_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    static const struct {
        char   name[16];
        size_t offset;
        char   note[56];
    } part[] = {
        {"live", offsetof(np_report_where_t, live),
         "in the program's hands, as it asked for it"},
        {"slack", offsetof(np_report_where_t, slack),
         "handed out beyond that, by rounding up"},
        {"holes", offsetof(np_report_where_t, holes),
         "freed objects in blocks that are in use"},
        {"retained", offsetof(np_report_where_t, retained),
         "free runs kept for the next block"},
        {"metadata", offsetof(np_report_where_t, metadata),
         "headers and tables of the heap"},
        {"rest", offsetof(np_report_where_t, rest),
         "program, libraries, stacks, other mappings"},
    };
    const np_report_ctx_t *x = data;
    uint64_t               n, rss = x->run->memory.rss;

    if (i == sizeof(part) / sizeof(part[0])) {
        cell[0].text = "RSS";
        np_report_bytes(&cell[1], rss, x->exact);
        np_report_share(&cell[2], rss, rss);
        return 1;
    }

    cell[0].text = part[i].name;
    cell[4].text = part[i].note;

    if (i == 0 && !x->s->counted) {
        cell[4].text = "in the program's hands, slack included";
    } else if (i == 1 && !x->s->counted) {
        return 0;
    } else if (i == 2 && !x->s->reclaim) {
        cell[4].text = "dead: freed, and not reusable before exit";
    }

    n = *(const uint64_t *) ((const char *) &x->where + part[i].offset);
    np_report_bytes(&cell[1], n, x->exact);
    np_report_share(&cell[2], n, rss);
    np_report_bar(&cell[3], n, rss);

    return 1;
}


static void
np_report_where_section(np_out_t *o, const np_report_ctx_t *x)
{
    np_report_table_t t = {
        .head = {"", "", "", "", "", NULL},
        .left = 1U << 0 | 1U << 3 | 1U << 4,
        .rows = 7,
        .row = np_report_where_row,
        .data = x,
    };

    if (x->run->memory.rss == 0) {
        return;
    }

    np_outf(o, "\nWhere the resident memory (RSS) goes\n");
    np_report_table(o, &t);

    if (x->where.absent > 0) {
        np_outf(o, "  The heap holds at least ");
        np_report_amount(o, x->where.absent, x->exact);
        np_outf(o, " more that has no pages, mostly\n"
                   "  live blocks that the program never touched; it is taken "
                   "off here, live first.\n");
    }
}


static int
np_report_request_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    static const char name[][16]
        = {"allocated", "freed", "reallocated", "live", "peak"};
    const np_report_ctx_t *x = data;
    const np_stats_t      *s = x->s;
    int                    exact = x->exact;

    cell[0].text = name[i];

    switch (i) {

    case 0:
        np_report_count(&cell[1], s->allocs, exact);
        np_report_bytes(&cell[2], s->requested, exact);
        break;

    case 1:
        np_report_count(&cell[1], s->frees, exact);
        np_report_bytes(&cell[2],
                        np_report_sub(s->requested, s->live_requested), exact);
        break;

    case 2:
        np_report_count(&cell[1], s->reallocs, exact);
        break;

    case 3:
        np_report_count(&cell[1], np_report_sub(s->allocs, s->frees), exact);
        np_report_bytes(&cell[2], s->live_requested, exact);
        np_report_bytes(&cell[3], s->live_bytes, exact);
        break;

    default: /* peak: the two need not have been at the same moment */
        np_report_bytes(&cell[2], s->peak_requested, exact);
        np_report_bytes(&cell[3], s->peak_bytes, exact);
    }

    return s->counted || i == 3;
}


static void
np_report_request_section(np_out_t *o, const np_report_ctx_t *x)
{
    const np_stats_t *s = x->s;
    np_report_table_t t = {
        .head = {"", "calls", "asked for", "handed out", NULL},
        .hidden = s->counted ? 0 : 1U << 1 | 1U << 2,
        .left = 1U << 0,
        .rows = 5,
        .row = np_report_request_row,
        .data = x,
    };

    np_outf(o, "\nRequests\n");

    if (s->counted) {
        np_outf(o, "  handed out: with slack; live: not freed; reallocated: "
                   "calls of realloc\n");
    }

    np_report_table(o, &t);

    if (!s->counted) {
        np_outf(o, "  Calls, bytes asked for, slack, peaks and size ranges "
                   "were not counted;\n"
                   "  start the program with NGXPOOL_REPORT set to get "
                   "them.\n");
    }
}


static void
np_report_large_section(np_out_t *o, const np_report_ctx_t *x)
{
    const np_stats_large_t *l = &x->s->large;
    np_report_cell_t        c;

    np_outf(o, "\nLarge-block list (requests above the pools)\n");

    np_report_count(&c, l->count, x->exact);
    np_outf(o, "  live    %s block%s, ", c.buf, l->count == 1 ? "" : "s");
    np_report_amount(o, l->live_bytes, x->exact);
    np_outf(o, ", of it ");
    np_report_amount(o, l->mapped_bytes, x->exact);
    np_outf(o, " mapped on their own\n  peak    ");
    np_report_amount(o, l->peak_bytes, x->exact);
    np_report_count(&c, l->allocs, x->exact);
    np_outf(o, "; %s allocated in all\n  cached  ", c.buf);
    np_report_amount(o, l->cached_bytes, x->exact);
    np_outf(o, " freed and kept for the next request\n");
}


static int
np_report_system_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    static const struct {
        char   name[16];
        size_t offset;
        char   note[56];
    } part[] = {
        {"given back", offsetof(np_stats_t, purged_bytes),
         "to the system, since the start"},
        {"mapped", offsetof(np_stats_t, mapped_bytes),
         "address space of the heap and its tables"},
        {"in use", offsetof(np_stats_t, heap_bytes),
         "of it, in blocks of pools and large blocks"},
        {"untouched", offsetof(np_stats_t, fresh_bytes),
         "of that, slots never handed out"},
        {"retained", offsetof(np_stats_t, retained_bytes),
         "free runs, resident"},
        {"metadata", offsetof(np_stats_t, metadata_bytes),
         "headers and tables, resident at most"},
    };
    const np_report_ctx_t *x = data;

    cell[0].text = part[i].name;
    cell[2].text = part[i].note;
    np_report_bytes(&cell[1],
                    *(const uint64_t *) ((const char *) x->s + part[i].offset),
                    x->exact);

    return 1;
}


static int
np_report_thread_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    static const struct {
        char   name[16];
        size_t offset;
        char   note[56];
    } part[] = {
        {"remote frees", offsetof(np_stats_t, remote_frees),
         "by another thread than the one that allocated"},
        {"orphan blocks", offsetof(np_stats_t, orphan_blocks),
         "whose thread has ended; any thread may adopt them"},
        {"foreign frees", offsetof(np_stats_t, foreign_frees),
         "of pointers that this heap never handed out"},
        {"  to glibc", offsetof(np_stats_t, foreign_given),
         "frees and reallocs of glibc's own blocks"},
        {"  left alone", offsetof(np_stats_t, foreign_left),
         "calls with pointers that nobody knows"},
        {"purges", offsetof(np_stats_t, purges),
         "calls that gave memory back to the system"},
    };
    const np_report_ctx_t *x = data;
    uint64_t               n;

    n = *(const uint64_t *) ((const char *) x->s + part[i].offset);
    cell[0].text = part[i].name;
    cell[3].text = part[i].note;
    np_report_count(&cell[1], n, x->exact);

    if (i == 0 && x->s->counted && x->s->frees > 0) {
        np_report_share(&cell[2], n, x->s->frees);
    }

    return 1;
}


static void
np_report_system_section(np_out_t *o, const np_report_ctx_t *x)
{
    np_report_table_t system = {
        .head = {"", "", "", NULL},
        .left = 1U << 0 | 1U << 2,
        .rows = 6,
        .row = np_report_system_row,
        .data = x,
    };
    np_report_table_t threads = {
        .head = {"", "", "", "", NULL},
        .left = 1U << 0 | 1U << 3,
        .rows = 6,
        .row = np_report_thread_row,
        .data = x,
    };

    np_outf(o, "\nMemory from and to the system\n");
    np_report_table(o, &system);
    np_outf(o, "\nEvents\n");
    np_report_table(o, &threads);
}


void
np_report_text(np_out_t *o, const np_stats_t *s, const np_report_run_t *run,
               int exact)
{
    np_report_ctx_t x = {.s = s, .run = run, .exact = exact};
    unsigned        k;

    x.pools = np_report_pools(&x.sum, s);
    np_report_where(&x.where, s, run->memory.rss);
    x.tops = s->counted ? np_report_top(s, x.top, NP_REPORT_TOP) : 0;

    for (k = 0; k < NP_STATS_RANGES; k++) {
        x.asked = np_report_add(x.asked, s->range[k].requested);
    }

    np_report_head(o, &x);
    np_report_where_section(o, &x);
    np_report_request_section(o, &x);
    np_report_range_section(o, &x);
    np_report_pool_section(o, &x);
    np_report_large_section(o, &x);
    np_report_system_section(o, &x);
}
