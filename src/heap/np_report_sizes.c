/*
 * The sections of the report that go by size: ranges of requests (powers of
 * two, counted), the largest of them, and the pools (size classes).  Lines
 * without figures are skipped.
 */

#include "config.h"

#include "heap/np_report_section.h"


static int
np_report_range_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    const np_report_ctx_t  *x = data;
    const np_stats_range_t *r = &x->s->range[i];

    if (np_report_range_is_empty(r)) {
        return 0;
    }

    if (i > 0) {
        np_report_power(&cell[0], i - 1, x->exact);
    }

    np_report_power(&cell[1], i, x->exact);
    np_report_count(&cell[2], r->allocs, x->exact);
    np_report_share(&cell[3], r->allocs, x->s->allocs);
    np_report_bytes(&cell[4], r->requested, x->exact);
    np_report_share(&cell[5], r->requested, x->asked);
    np_report_count(&cell[6], np_report_sub(r->allocs, r->frees), x->exact);
    np_report_bytes(&cell[7], r->live_requested, x->exact);

    return 1;
}


static int
np_report_top_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    const np_report_ctx_t *x = data;
    unsigned               k = x->top[i];

    np_report_count(&cell[0], i + 1, 1);

    if (k > 0) {
        np_report_power(&cell[1], k - 1, x->exact);
    }

    np_report_power(&cell[2], k, x->exact);
    np_report_bytes(&cell[3], x->s->range[k].requested, x->exact);
    np_report_share(&cell[4], x->s->range[k].requested, x->asked);
    np_report_bar(&cell[5], x->s->range[k].requested, x->asked);

    return 1;
}


void
np_report_range_section(np_out_t *o, const np_report_ctx_t *x)
{
    np_report_table_t ranges = {
        .head = {"over", "up to", "calls", "share", "asked for", "share",
                 "live", "asked for", NULL},
        .rows = NP_STATS_RANGES,
        .row = np_report_range_row,
        .data = x,
    };
    np_report_table_t largest = {
        .head = {"", "over", "up to", "asked for", "share", "", NULL},
        .left = 1U << 5,
        .rows = x->tops,
        .row = np_report_top_row,
        .data = x,
    };

    if (x->tops == 0) {
        return;
    }

    np_outf(o,
            "\nSize ranges\n"
            "  requests over and up to so many bytes; calls and bytes since "
            "the start, then those live\n");
    np_report_table(o, &ranges);

    np_outf(o, "\nThe %u largest size ranges by bytes\n", x->tops);
    np_report_table(o, &largest);
}


static int
np_report_pool_row(const void *data, unsigned i, np_report_cell_t *cell)
{
    const np_report_ctx_t *x = data;
    np_report_pool_t       f;

    if (i == NP_STATS_POOLS) {
        f = x->sum;
        cell[0].text = "all";
    } else if (i > 0 && np_report_pool(&f, &x->s->pool[i])) {
        np_report_count(&cell[0], f.size, x->exact);
    } else {
        return 0;
    }

    np_report_count(&cell[1], f.pools, x->exact);
    np_report_count(&cell[2], f.blocks, x->exact);
    np_report_bytes(&cell[3], f.capacity, x->exact);
    np_report_bytes(&cell[4], f.used, x->exact);
    np_report_bytes(&cell[5], f.live, x->exact);
    np_report_bytes(&cell[6], f.slack, x->exact);
    np_report_bytes(&cell[7], f.holes, x->exact);
    np_report_bytes(&cell[8], f.purged, x->exact);
    np_report_bytes(&cell[9], f.dead, x->exact);
    np_report_count(&cell[10], f.passed_by, x->exact);
    np_report_count(&cell[11], f.resets, x->exact);

    return 1;
}


void
np_report_pool_section(np_out_t *o, const np_report_ctx_t *x)
{
    np_report_table_t t = {
        .head = {"size", "pools", "blocks", "capacity", "used", "live",
                 "slack", "holes", "purged", "dead", "failed", "resets", NULL},
        .hidden = x->s->counted ? 0 : 1U << 6,
        .rows = NP_STATS_POOLS + 1,
        .row = np_report_pool_row,
        .data = x,
    };

    np_outf(o, "\nPools, one per size class and thread; a line is a size "
               "class\n");

    if (x->pools == 0) {
        np_outf(o, "  none has a block\n");
        return;
    }

    np_outf(o, "  used: handed out at least once; live: in the program's "
               "hands\n");

    if (x->s->counted) {
        np_outf(o, "  slack: of live, bytes that were not asked for\n");
    }

    np_outf(o, "  holes: freed, reusable; purged: of holes, pages given back "
               "to the system\n"
               "  dead: freed, not reusable; resets: blocks emptied and "
               "rewound\n"
               "  failed: blocks passed by, because too few of their slots "
               "are free\n");
    np_report_table(o, &t);
}
