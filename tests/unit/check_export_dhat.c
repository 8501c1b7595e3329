/*
 * The DHAT file has what dh_view.js asks for, and its sums are the profile's.
 */
#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


static json_t *
load(const export_sample_t *s)
{
    size_t n;
    char  *text = export_sample_render(s, np_export_dhat, NP_FIGURE_LIVE, &n);
    json_error_t e;
    json_t      *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

    ck_assert_msg(j != NULL, "line %d: %s", e.line, e.text);
    free(text);
    return j;
}


static double
sum_of(const json_t *pps, const char *key)
{
    size_t  i;
    json_t *point;
    double  sum = 0;

    json_array_foreach(pps, i, point)
    {
        ck_assert_msg(json_is_integer(json_object_get(point, key)), "%s", key);
        sum += json_number_value(json_object_get(point, key));
    }
    return sum;
}


static void
assert_frames(const json_t *j)
{
    const json_t *table = json_object_get(j, "ftbl");
    const json_t *pps = json_object_get(j, "pps");
    json_t       *point, *frame;
    size_t        i, k;

    ck_assert_str_eq(json_string_value(json_array_get(table, 0)), "[root]");
    json_array_foreach(pps, i, point)
    {
        const json_t *fs = json_object_get(point, "fs");

        ck_assert_uint_gt(json_array_size(fs), 0);
        json_array_foreach(fs, k, frame)
        {
            ck_assert_int_gt(json_integer_value(frame), 0);
            ck_assert_uint_lt((size_t) json_integer_value(frame),
                              json_array_size(table));
        }
        /* the viewer refuses a stack that comes twice */
        for (k = 0; k < i; k++) {
            ck_assert(!json_equal(
                fs, json_object_get(json_array_get(pps, k), "fs")));
        }
    }
}


static void
assert_sums(maker_t *m)
{
    export_sample_t  s;
    const np_site_t *t;
    json_t          *j, *pps;

    export_sample_open(&s, m);
    t = &s.profile->total;
    j = load(&s);
    pps = json_object_get(j, "pps");
    ck_assert_double_eq(sum_of(pps, "tb"), round(t->total.bytes));
    ck_assert_double_eq(sum_of(pps, "tbk"), round(t->total.objects));
    ck_assert_double_eq(sum_of(pps, "gb"), round(t->at_peak.bytes));
    ck_assert_double_eq(sum_of(pps, "gbk"), round(t->at_peak.objects));
    ck_assert_double_eq(sum_of(pps, "eb"), round(t->live.bytes));
    ck_assert_double_eq(sum_of(pps, "ebk"), round(t->live.objects));
    ck_assert_double_ge(sum_of(pps, "mb"), sum_of(pps, "eb"));
    ck_assert_double_ge(sum_of(pps, "mbk"), sum_of(pps, "ebk"));
    ck_assert_double_gt(sum_of(pps, "tl"), 0);
    assert_frames(j);
    json_decref(j);
    export_sample_close(&s);
}


START_TEST(test_sums)
{
    assert_sums(sample_plain(0));
    assert_sums(sample_plain(65536));
    assert_sums(sample_rich(0));
}
END_TEST


START_TEST(test_head)
{
    export_sample_t s;
    json_t         *j;
    double          te, tg;

    export_sample_open(&s, sample_plain(0));
    j = load(&s);
    ck_assert_int_eq(json_integer_value(json_object_get(j, "dhatFileVersion")),
                     2);
    ck_assert(json_is_true(json_object_get(j, "bklt")));
    ck_assert(json_is_false(json_object_get(j, "bkacc")));
    ck_assert(json_is_string(json_object_get(j, "mode")));
    ck_assert(json_is_string(json_object_get(j, "verb")));
    ck_assert(json_is_string(json_object_get(j, "tu")));
    ck_assert(json_is_string(json_object_get(j, "Mtu")));
    ck_assert(json_is_string(json_object_get(j, "cmd")));
    ck_assert_int_eq(json_integer_value(json_object_get(j, "tuth")),
                     NP_TEMPORARY);
    ck_assert_int_eq(json_integer_value(json_object_get(j, "pid")), 4711);
    te = json_number_value(json_object_get(j, "te"));
    tg = json_number_value(json_object_get(j, "tg"));
    ck_assert_double_eq(te, (double) s.profile->header.clock);
    ck_assert_double_gt(tg, te / 2);
    ck_assert_double_le(tg, te);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* sites at one stack, which a hostile profile may have, become one point */
START_TEST(test_equal_stacks)
{
    maker_t        *m = maker_create(0);
    uint32_t        node = maker_frame(m, maker_frame(m, 0, 0x1000), 0x2000);
    export_sample_t s;
    json_t         *j, *pps;

    maker_alloc(m, maker_site(m, node), 0, 10, 1);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0x1000)), 0, 30, 1);
    maker_alloc(m, maker_site(m, node), 0, 20, 2);
    export_sample_open(&s, m);
    ck_assert_uint_eq(s.profile->nsites, 3);
    j = load(&s);
    pps = json_object_get(j, "pps");
    ck_assert_uint_eq(json_array_size(pps), 2);
    ck_assert_double_eq(sum_of(pps, "tb"), 80);
    assert_frames(j);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* kept from the first byte on, and freed at an age */
START_TEST(test_lifetimes)
{
    const maker_life_t life = {500, 1, 0, 0, 1};
    maker_t           *m = maker_create(0);
    uint32_t           kept = maker_site(m, maker_frame(m, 0, 0x1000));
    uint32_t           freed = maker_site(m, maker_frame(m, 0, 0x2000));
    export_sample_t    s;
    json_t            *j, *pps;

    maker_tick(m, 0, 0, 0, 0);
    maker_alloc(m, kept, 0, 100, 1);
    maker_tick(m, 10, 0, 0, 0);
    maker_alloc(m, freed, 0, 100, 9);
    maker_free(m, freed, 0, 100, 9, &life);
    export_sample_open(&s, m);
    j = load(&s);
    pps = json_object_get(j, "pps");
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_array_get(pps, 0), "tl")),
        1000);
    ck_assert_int_eq(
        json_integer_value(json_object_get(json_array_get(pps, 1), "tl")),
        9 * 500);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* processor time of an export of `sites` sites and so many moments; a site's
 * middle is late on the time line */
static double
seconds_of(unsigned sites, unsigned moments)
{
    maker_t        *m = maker_create(0);
    export_sample_t s;
    clock_t         begin;
    size_t          n;

    for (unsigned i = 0; i < moments; i++) {
        maker_tick(m, 1, 0, 0, 0);
    }
    for (unsigned i = 0; i < sites; i++) {
        maker_alloc(m, maker_site(m, maker_node(m, 0, 0x1000 + i)), 0, 8, 1);
    }
    export_sample_open(&s, m);
    begin = clock();
    free(export_sample_render(&s, np_export_dhat, NP_FIGURE_LIVE, &n));
    begin = clock() - begin;
    export_sample_close(&s);
    return (double) begin / CLOCKS_PER_SEC;
}


/* moments are looked up, not passed through for each site */
START_TEST(test_many_moments)
{
    double few = seconds_of(10000, 1), many = seconds_of(10000, 60000);

    ck_assert_double_lt(many, 4 * few + 0.1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_dhat");
    TCase *t = tcase_create("file");

    tcase_add_test(t, test_sums);
    tcase_add_test(t, test_head);
    tcase_add_test(t, test_equal_stacks);
    tcase_add_test(t, test_lifetimes);
    tcase_add_test(t, test_many_moments);
    suite_add_tcase(s, t);

    return s;
}
