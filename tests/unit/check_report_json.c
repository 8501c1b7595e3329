/*
 * The JSON report, read back by another project's parser (jansson, which
 * refuses what RFC 8259 does not allow, keys that come twice included).
 */

#include "config.h"

#include "heap/np_report.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap/np_report_figures.h"

#include "check_suite.h"
#include "report_snapshots.h"

#define PARSE (JSON_REJECT_DUPLICATES)


static json_t *
parse(const snapshot_t *t, size_t flags)
{
    json_error_t e;
    json_t      *j = json_loads(snapshot_json(t), PARSE | flags, &e);

    ck_assert_msg(j != NULL, "line %d column %d: %s", e.line, e.column,
                  e.text);
    ck_assert(json_is_object(j));

    return j;
}


static void
assert_number(const json_t *j, const char *key, uint64_t n)
{
    const json_t *v = json_object_get(j, key);

    ck_assert_msg(json_is_integer(v), "%s is no integer", key);
    ck_assert_msg((uint64_t) json_integer_value(v) == n, "%s: %lld", key,
                  (long long) json_integer_value(v));
}


/* a figure of a run that may have been counted or not */
static void
assert_counted(const json_t *j, const char *key, uint64_t n, int counted)
{
    if (counted) {
        assert_number(j, key, n);
    } else {
        ck_assert_msg(json_is_null(json_object_get(j, key)), "%s", key);
    }
}


static const json_t *
object(const json_t *j, const char *key, size_t size)
{
    const json_t *v = json_object_get(j, key);

    ck_assert_msg(json_is_object(v), "%s is no object", key);
    ck_assert_msg(json_object_size(v) == size, "%s: %zu keys", key,
                  json_object_size(v));

    return v;
}


static void
assert_run(const json_t *j, const snapshot_t *t)
{
    const json_t     *o;
    np_report_where_t w;

    assert_number(j, "version", 1);
    ck_assert_str_eq(json_string_value(json_object_get(j, "command")),
                     t->run.command);
    assert_number(j, "pid", (uint64_t) t->run.pid);
    assert_number(j, "wall_ms", t->run.wall_ms);
    assert_number(j, "user_us", t->run.user_us);
    assert_number(j, "sys_us", t->run.sys_us);
    ck_assert_int_eq(json_is_true(json_object_get(j, "counted")),
                     t->s.counted);
    ck_assert_int_eq(json_is_true(json_object_get(j, "reclaim")),
                     t->s.reclaim);

    o = object(j, "memory", 4);
    assert_number(o, "rss", t->run.memory.rss);
    assert_number(o, "peak_rss", t->run.memory.peak);
    assert_number(o, "minor_faults", t->run.memory.minor_faults);
    assert_number(o, "major_faults", t->run.memory.major_faults);

    np_report_where(&w, &t->s, t->run.memory.rss);
    o = object(j, "where", 6);
    assert_number(o, "live", w.live);
    assert_number(o, "slack", w.slack);
    assert_number(o, "holes", w.holes);
    assert_number(o, "retained", w.retained);
    assert_number(o, "metadata", w.metadata);
    assert_number(o, "rest", w.rest);
    assert_number(j, "absent_bytes", w.absent);
}


static void
assert_heap(const json_t *j, const np_stats_t *s)
{
    const json_t *o = object(j, "threads", 2);

    assert_number(o, "now", s->threads_now);
    assert_number(o, "seen", s->threads_seen);

    o = object(j, "requests", 12);
    assert_counted(o, "allocs", s->allocs, s->counted);
    assert_counted(o, "frees", s->frees, s->counted);
    assert_counted(o, "reallocs", s->reallocs, s->counted);
    assert_counted(o, "requested_bytes", s->requested, s->counted);
    assert_counted(o, "live_requested_bytes", s->live_requested, s->counted);
    assert_counted(o, "peak_requested_bytes", s->peak_requested, s->counted);
    assert_counted(o, "peak_bytes", s->peak_bytes, s->counted);
    assert_number(o, "live_bytes", s->live_bytes);
    assert_number(o, "remote_frees", s->remote_frees);
    assert_number(o, "foreign_frees", s->foreign_frees);
    assert_number(o, "foreign_given", s->foreign_given);
    assert_number(o, "foreign_left", s->foreign_left);

    o = object(j, "heap", 9);
    assert_number(o, "mapped_bytes", s->mapped_bytes);
    assert_number(o, "in_use_bytes", s->heap_bytes);
    assert_number(o, "fresh_bytes", s->fresh_bytes);
    assert_number(o, "holes_bytes", s->holes_bytes);
    assert_number(o, "retained_bytes", s->retained_bytes);
    assert_number(o, "metadata_bytes", s->metadata_bytes);
    assert_number(o, "purged_bytes", s->purged_bytes);
    assert_number(o, "purges", s->purges);
    assert_number(o, "orphan_blocks", s->orphan_blocks);

    o = object(j, "large", 6);
    assert_number(o, "count", s->large.count);
    assert_number(o, "live_bytes", s->large.live_bytes);
    assert_number(o, "peak_bytes", s->large.peak_bytes);
    assert_number(o, "allocs", s->large.allocs);
    assert_number(o, "mapped_bytes", s->large.mapped_bytes);
    assert_number(o, "cached_bytes", s->large.cached_bytes);
}


static void
assert_pool(const json_t *o, const np_stats_pool_t *p, int counted)
{
    ck_assert_uint_eq(json_object_size(o), 15);
    assert_number(o, "size", p->size);
    assert_number(o, "pools", p->pools);
    assert_number(o, "blocks", p->blocks);
    assert_number(o, "capacity", p->capacity);
    assert_number(o, "fresh", p->fresh);
    assert_number(o, "live", p->live);
    assert_number(o, "holes", p->holes);
    assert_number(o, "dead", p->dead);
    assert_counted(o, "slack_bytes", p->slack_bytes, counted);
    assert_number(o, "purged_bytes", p->purged_bytes);
    assert_number(o, "passed_by", p->passed_by);
    assert_number(o, "resets", p->resets);
    assert_counted(o, "allocs", p->allocs, counted);
    assert_counted(o, "frees", p->frees, counted);
    assert_counted(o, "requested_bytes", p->requested, counted);
}


START_TEST(test_values)
{
    static void (*const fill[])(snapshot_t *)
        = {snapshot_small, snapshot_not_counted, snapshot_reclaim_off,
           snapshot_zero};
    static const unsigned class[] = {1, 2, 40};
    static const unsigned range[] = {0, 4, 5, 10, 20};
    snapshot_t            t;
    json_t               *j;
    const json_t         *a, *o;
    np_stats_range_t     *r;
    size_t                i;

    fill[_i](&t);
    j = parse(&t, 0);
    ck_assert_uint_eq(json_object_size(j), 17);
    assert_run(j, &t);
    assert_heap(j, &t.s);

    a = json_object_get(j, "pools");
    ck_assert(json_is_array(a));
    ck_assert_uint_eq(json_array_size(a), t.s.pool[1].blocks > 0 ? 3 : 0);

    for (i = 0; i < json_array_size(a); i++) {
        assert_pool(json_array_get(a, i), &t.s.pool[class[i]], t.s.counted);
    }

    a = json_object_get(j, "ranges");
    ck_assert(json_is_array(a));
    ck_assert_uint_eq(json_array_size(a), t.s.counted ? 5 : 0);

    for (i = 0; i < json_array_size(a); i++) {
        o = json_array_get(a, i);
        r = &t.s.range[range[i]];
        ck_assert_uint_eq(json_object_size(o), 6);
        assert_number(o, "from", i == 0 ? 0 : (1U << (range[i] - 1)) + 1);
        assert_number(o, "to", 1U << range[i]);
        assert_number(o, "allocs", r->allocs);
        assert_number(o, "frees", r->frees);
        assert_number(o, "requested_bytes", r->requested);
        assert_number(o, "live_requested_bytes", r->live_requested);
    }

    json_decref(j);
}
END_TEST


START_TEST(test_huge)
{
    snapshot_t    t;
    json_t       *j;
    const json_t *v;

    snapshot_huge(&t);
    j = parse(&t, JSON_DECODE_INT_AS_REAL);

    v = json_object_get(json_object_get(j, "heap"), "mapped_bytes");
    ck_assert(json_real_value(v) == 18446744073709551616.0);
    ck_assert_uint_eq(json_array_size(json_object_get(j, "pools")),
                      NP_STATS_POOLS - 1);
    ck_assert_uint_eq(json_array_size(json_object_get(j, "ranges")),
                      NP_STATS_RANGES);

    json_decref(j);
}
END_TEST


START_TEST(test_hostile_name)
{
    snapshot_t  t;
    json_t     *j;
    char        name[256];
    const char *text, *s;
    unsigned    i;

    /* all of ASCII comes back as it was, and no raw control went out */
    for (i = 0; i < 127; i++) {
        name[i] = (char) (i + 1);
    }

    name[127] = '\0';
    snapshot_small(&t);
    t.run.command = name;
    j = parse(&t, 0);
    ck_assert_str_eq(json_string_value(json_object_get(j, "command")), name);
    json_decref(j);

    text = snapshot_json(&t);

    for (s = text; *s != '\0'; s++) {
        ck_assert(*s == '\n' || (unsigned char) *s >= 0x20);
    }

    /* UTF-8 comes back; what is not UTF-8 does not break the object */
    t.run.command = "gr\xc3\xb6\xc3\x9f"
                    "e";
    j = parse(&t, 0);
    ck_assert_str_eq(json_string_value(json_object_get(j, "command")),
                     t.run.command);
    json_decref(j);

    for (i = 0; i < 255; i++) {
        name[i] = (char) (255 - i);
    }

    name[255] = '\0';
    t.run.command = name;
    json_decref(parse(&t, 0));
    t.run.command = "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82";
    json_decref(parse(&t, 0));
}
END_TEST


/* each key below j stands in the document, in back quotes */
static void
assert_described(const json_t *j, const char *text)
{
    const char *key;
    json_t     *v;
    char        quoted[64];
    size_t      i;

    json_object_foreach((json_t *) j, key, v)
    {
        snprintf(quoted, sizeof(quoted), "`%s`", key);
        ck_assert_msg(strstr(text, quoted) != NULL, "%s is not described",
                      key);
        assert_described(v, text);
    }

    json_array_foreach((json_t *) j, i, v)
    {
        assert_described(v, text);
    }
}


START_TEST(test_schema_is_described)
{
    static char text[32768];
    const char *dir = getenv("srcdir");
    char        name[4096];
    snapshot_t  t;
    json_t     *j;
    FILE       *f;

    snprintf(name, sizeof(name), "%s/src/heap/REPORT.md",
             dir == NULL ? "." : dir);
    f = fopen(name, "r");
    ck_assert_msg(f != NULL, "%s cannot be opened", name);
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, f), 0);
    ck_assert_int_ne(feof(f), 0);
    fclose(f);

    snapshot_small(&t);
    j = parse(&t, 0);
    assert_described(j, text);
    json_decref(j);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_json");
    TCase *t = tcase_create("json");

    tcase_add_loop_test(t, test_values, 0, 4);
    tcase_add_test(t, test_huge);
    tcase_add_test(t, test_hostile_name);
    tcase_add_test(t, test_schema_is_described);
    suite_add_tcase(s, t);

    return s;
}
