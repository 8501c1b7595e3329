/*
 * The report as one JSON object (RFC 8259).  Each group of keys is a table of
 * names and offsets; a key that only counting could fill is null when the run
 * was not counted.  Keys and units are described in REPORT.md; whoever adds
 * one here adds it there, whoever changes the meaning of one raises
 * NP_REPORT_JSON_VERSION.
 *
 * The keys lie in the tables: a pointer to a text would have to be relocated
 * in each process, and this file is of no concern to most.
 */

#include "config.h"

#include "heap/np_report.h"

#include <inttypes.h>
#include <stddef.h>

#include "heap/np_report_figures.h"

#define NP_REPORT_JSON_VERSION 1

typedef struct {
    char   key[24]; /* an empty one ends a table */
    size_t offset;
    int    counted; /* null unless the run was counted */
} np_report_key_t;

#define NP_REPORT_KEY(k, t, f, c)                                             \
    {                                                                         \
        k, offsetof(t, f), c                                                  \
    }

static const np_report_key_t np_report_json_where[] = {
    NP_REPORT_KEY("live", np_report_where_t, live, 0),
    NP_REPORT_KEY("slack", np_report_where_t, slack, 0),
    NP_REPORT_KEY("holes", np_report_where_t, holes, 0),
    NP_REPORT_KEY("retained", np_report_where_t, retained, 0),
    NP_REPORT_KEY("metadata", np_report_where_t, metadata, 0),
    NP_REPORT_KEY("rest", np_report_where_t, rest, 0),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_threads[] = {
    NP_REPORT_KEY("now", np_stats_t, threads_now, 0),
    NP_REPORT_KEY("seen", np_stats_t, threads_seen, 0),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_requests[] = {
    NP_REPORT_KEY("allocs", np_stats_t, allocs, 1),
    NP_REPORT_KEY("frees", np_stats_t, frees, 1),
    NP_REPORT_KEY("reallocs", np_stats_t, reallocs, 1),
    NP_REPORT_KEY("requested_bytes", np_stats_t, requested, 1),
    NP_REPORT_KEY("live_requested_bytes", np_stats_t, live_requested, 1),
    NP_REPORT_KEY("peak_requested_bytes", np_stats_t, peak_requested, 1),
    NP_REPORT_KEY("live_bytes", np_stats_t, live_bytes, 0),
    NP_REPORT_KEY("peak_bytes", np_stats_t, peak_bytes, 1),
    NP_REPORT_KEY("remote_frees", np_stats_t, remote_frees, 0),
    NP_REPORT_KEY("foreign_frees", np_stats_t, foreign_frees, 0),
    NP_REPORT_KEY("foreign_given", np_stats_t, foreign_given, 0),
    NP_REPORT_KEY("foreign_left", np_stats_t, foreign_left, 0),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_heap[] = {
    NP_REPORT_KEY("mapped_bytes", np_stats_t, mapped_bytes, 0),
    NP_REPORT_KEY("in_use_bytes", np_stats_t, heap_bytes, 0),
    NP_REPORT_KEY("fresh_bytes", np_stats_t, fresh_bytes, 0),
    NP_REPORT_KEY("holes_bytes", np_stats_t, holes_bytes, 0),
    NP_REPORT_KEY("retained_bytes", np_stats_t, retained_bytes, 0),
    NP_REPORT_KEY("metadata_bytes", np_stats_t, metadata_bytes, 0),
    NP_REPORT_KEY("purged_bytes", np_stats_t, purged_bytes, 0),
    NP_REPORT_KEY("purges", np_stats_t, purges, 0),
    NP_REPORT_KEY("orphan_blocks", np_stats_t, orphan_blocks, 0),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_large[] = {
    NP_REPORT_KEY("count", np_stats_t, large.count, 0),
    NP_REPORT_KEY("live_bytes", np_stats_t, large.live_bytes, 0),
    NP_REPORT_KEY("peak_bytes", np_stats_t, large.peak_bytes, 0),
    NP_REPORT_KEY("allocs", np_stats_t, large.allocs, 0),
    NP_REPORT_KEY("mapped_bytes", np_stats_t, large.mapped_bytes, 0),
    NP_REPORT_KEY("cached_bytes", np_stats_t, large.cached_bytes, 0),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_pool[] = {
    NP_REPORT_KEY("size", np_stats_pool_t, size, 0),
    NP_REPORT_KEY("pools", np_stats_pool_t, pools, 0),
    NP_REPORT_KEY("blocks", np_stats_pool_t, blocks, 0),
    NP_REPORT_KEY("capacity", np_stats_pool_t, capacity, 0),
    NP_REPORT_KEY("fresh", np_stats_pool_t, fresh, 0),
    NP_REPORT_KEY("live", np_stats_pool_t, live, 0),
    NP_REPORT_KEY("holes", np_stats_pool_t, holes, 0),
    NP_REPORT_KEY("dead", np_stats_pool_t, dead, 0),
    NP_REPORT_KEY("slack_bytes", np_stats_pool_t, slack_bytes, 1),
    NP_REPORT_KEY("purged_bytes", np_stats_pool_t, purged_bytes, 0),
    NP_REPORT_KEY("passed_by", np_stats_pool_t, passed_by, 0),
    NP_REPORT_KEY("resets", np_stats_pool_t, resets, 0),
    NP_REPORT_KEY("allocs", np_stats_pool_t, allocs, 1),
    NP_REPORT_KEY("frees", np_stats_pool_t, frees, 1),
    NP_REPORT_KEY("requested_bytes", np_stats_pool_t, requested, 1),
    {"", 0, 0},
};

static const np_report_key_t np_report_json_range[] = {
    NP_REPORT_KEY("allocs", np_stats_range_t, allocs, 1),
    NP_REPORT_KEY("frees", np_stats_range_t, frees, 1),
    NP_REPORT_KEY("requested_bytes", np_stats_range_t, requested, 1),
    NP_REPORT_KEY("live_requested_bytes", np_stats_range_t, live_requested, 1),
    {"", 0, 0},
};


/* "key": value, ... of the fields of base, without braces */
static void
np_report_json_keys(np_out_t *o, const np_report_key_t *keys, const void *base,
                    int counted)
{
    const np_report_key_t *k;

    for (k = keys; k->key[0] != '\0'; k++) {
        np_outf(o, "%s\"%s\": ", k == keys ? "" : ", ", k->key);

        if (k->counted && !counted) {
            np_outf(o, "null");
        } else {
            np_outf(o, "%" PRIu64,
                    *(const uint64_t *) ((const char *) base + k->offset));
        }
    }
}


/* a member of the outer object whose value is an object */
static void
np_report_json_object(np_out_t *o, const char *name,
                      const np_report_key_t *keys, const void *base,
                      int counted)
{
    np_outf(o, ",\n  \"%s\": {", name);
    np_report_json_keys(o, keys, base, counted);
    np_outf(o, "}");
}


static void
np_report_json_pools(np_out_t *o, const np_stats_t *s)
{
    unsigned         k, n = 0;
    np_report_pool_t f;

    np_outf(o, ",\n  \"pools\": [");

    for (k = 1; k < NP_STATS_POOLS; k++) {
        if (np_report_pool(&f, &s->pool[k])) {
            np_outf(o, n++ == 0 ? "\n    {" : ",\n    {");
            np_report_json_keys(o, np_report_json_pool, &s->pool[k],
                                s->counted);
            np_outf(o, "}");
        }
    }

    np_outf(o, "]");
}


static void
np_report_json_ranges(np_out_t *o, const np_stats_t *s)
{
    unsigned                k, n = 0;
    const np_stats_range_t *r;

    np_outf(o, ",\n  \"ranges\": [");

    for (k = 0; k < NP_STATS_RANGES && s->counted; k++) {
        r = &s->range[k];

        if (np_report_range_is_empty(r)) {
            continue;
        }

        np_outf(o, "%s\n    {\"from\": %" PRIu64 ", \"to\": %" PRIu64 ", ",
                n++ == 0 ? "" : ",", np_report_range_from(k),
                np_report_range_to(k));
        np_report_json_keys(o, np_report_json_range, r, 1);
        np_outf(o, "}");
    }

    np_outf(o, "]");
}


void
np_report_json(np_out_t *o, const np_stats_t *s, const np_report_run_t *run)
{
    np_report_where_t w;

    np_report_where(&w, s, run->memory.rss);

    np_outf(o, "{\n  \"version\": %d,\n  \"command\": \"",
            NP_REPORT_JSON_VERSION);
    np_out_json(o, run->command);
    np_outf(o, "\",\n  \"pid\": %d", run->pid);
    np_outf(o,
            ",\n  \"wall_ms\": %" PRIu64 ", \"user_us\": %" PRIu64
            ", \"sys_us\": %" PRIu64,
            run->wall_ms, run->user_us, run->sys_us);
    np_outf(o, ",\n  \"counted\": %s, \"reclaim\": %s",
            s->counted ? "true" : "false", s->reclaim ? "true" : "false");
    np_outf(o,
            ",\n  \"memory\": {\"rss\": %zu, \"peak_rss\": %zu, "
            "\"minor_faults\": %zu, \"major_faults\": %zu}",
            run->memory.rss, run->memory.peak, run->memory.minor_faults,
            run->memory.major_faults);

    np_report_json_object(o, "where", np_report_json_where, &w, 1);
    np_outf(o, ",\n  \"absent_bytes\": %" PRIu64, w.absent);
    np_report_json_object(o, "threads", np_report_json_threads, s, s->counted);
    np_report_json_object(o, "requests", np_report_json_requests, s,
                          s->counted);
    np_report_json_object(o, "heap", np_report_json_heap, s, s->counted);
    np_report_json_object(o, "large", np_report_json_large, s, s->counted);
    np_report_json_pools(o, s);
    np_report_json_ranges(o, s);
    np_outf(o, "\n}\n");
}
