/*
 * The profile as JSON: every part of the schema in PROFILE.md, with the
 * figures that were played.
 */
#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


static json_t *
load(const export_sample_t *s)
{
    size_t n;
    char  *text = export_sample_render(s, np_export_json, NP_FIGURE_LIVE, &n);
    json_error_t e;
    json_t      *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

    ck_assert_msg(j != NULL, "line %d: %s", e.line, e.text);
    free(text);
    return j;
}


/* "heap.allocator.bytes", "sites.0.id" */
static json_t *
at(json_t *j, const char *path)
{
    char name[64];

    while (*path != '\0' && j != NULL) {
        size_t n = strcspn(path, ".");

        ck_assert_uint_lt(n, sizeof(name));
        memcpy(name, path, n);
        name[n] = '\0';
        j = json_is_array(j) ? json_array_get(j, strtoul(name, NULL, 10))
                             : json_object_get(j, name);
        path += n + (path[n] == '.');
    }
    ck_assert_msg(j != NULL, "nothing at %s", path);
    return j;
}


static double
number(json_t *j, const char *path)
{
    ck_assert_msg(json_is_number(at(j, path)), "%s is no number", path);
    return json_number_value(at(j, path));
}


static const char *
text(json_t *j, const char *path)
{
    ck_assert_msg(json_is_string(at(j, path)), "%s is no string", path);
    return json_string_value(at(j, path));
}


START_TEST(test_process)
{
    export_sample_t s;
    json_t         *j;

    export_sample_open(&s, sample_plain(0));
    j = load(&s);
    ck_assert_str_eq(text(j, "file"), "sample.prof");
    ck_assert_double_eq(number(j, "schema"), 2);
    ck_assert_double_eq(number(j, "process.pid"), 4711);
    ck_assert_str_eq(text(j, "process.ended"), "exit");
    ck_assert_str_eq(text(j, "process.command.2"),
                     "it's \"quoted\" \\ & \033[31mred\033[0m");
    ck_assert_str_eq(text(j, "process.command.3"),
                     "gr\303\274\303\237e\nsecond line");
    ck_assert_str_eq(text(j, "process.command.4"),
                     "\357\277\275\357\277\275 no UTF-8");
    ck_assert(json_is_false(at(j, "profile.sampled")));
    ck_assert_double_eq(number(j, "profile.lost.sites"), 0);
    ck_assert_double_eq(number(j, "heap.live_bytes"),
                        (double) s.profile->header.live_bytes);
    ck_assert_double_eq(number(j, "heap.allocator.bytes"),
                        (double) s.profile->header.live_bytes);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* all tables, whole */
START_TEST(test_tables)
{
    export_sample_t s;
    json_t         *j;

    export_sample_open(&s, sample_plain(0));
    j = load(&s);
    ck_assert_uint_eq(json_array_size(at(j, "modules")), s.profile->nmodules);
    ck_assert_uint_eq(json_array_size(at(j, "places")), s.profile->nplaces);
    ck_assert_uint_eq(json_array_size(at(j, "sites")), s.profile->nsites);
    ck_assert_uint_eq(json_array_size(at(j, "threads")), 2);
    ck_assert_uint_eq(json_array_size(at(j, "times")), 13);
    ck_assert_uint_eq(json_array_size(at(j, "pools")), 2);
    ck_assert_uint_eq(json_array_size(at(j, "blocks")), 3);
    ck_assert_uint_eq(json_array_size(at(j, "blocks.0.cells")), NP_CELLS);
    ck_assert_uint_eq(json_array_size(at(j, "limits.sizes")), NP_SIZES);
    ck_assert_uint_eq(json_array_size(at(j, "sites.0.sizes")), NP_SIZES);
    ck_assert_uint_eq(json_array_size(at(j, "sites.0.lives")), NP_LIVES);
    ck_assert_uint_eq(json_array_size(at(j, "sites.0.times")), NP_TIMES);
    ck_assert(json_is_null(at(j, "limits.sizes.19")));
    ck_assert_str_eq(text(j, "modules.0.build_id"),
                     "112233445566778899aabbccddeeff1122334455");
    ck_assert_str_eq(text(j, "modules.0.start"), "0x555555554000");
    ck_assert_double_eq(number(j, "blocks.0.site"), NP_SITE_FIRST + 3);
    ck_assert_str_eq(text(j, "threads.1.name"), "<b>worker\"");
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* the third site: 12 times 20 objects of 1000 bytes, 60 of them freed */
START_TEST(test_site)
{
    export_sample_t s;
    json_t         *j;

    export_sample_open(&s, sample_rich(0));
    j = load(&s);
    ck_assert_str_eq(text(j, "sites.0.kind"), "early");
    ck_assert(json_is_string(at(j, "sites.0.title")));
    ck_assert_uint_eq(json_array_size(at(j, "sites.0.stack")), 0);
    ck_assert_double_eq(number(j, "sites.2.id"), NP_SITE_FIRST);
    ck_assert_str_eq(text(j, "sites.2.kind"), "stack");
    ck_assert(json_is_null(at(j, "sites.2.title")));
    ck_assert_double_eq(number(j, "sites.2.total.bytes"), 240000);
    ck_assert_double_eq(number(j, "sites.2.total.objects"), 240);
    ck_assert_double_eq(number(j, "sites.2.freed.objects"), 60);
    ck_assert_double_eq(number(j, "sites.2.live.bytes"), 180000);
    ck_assert_double_eq(number(j, "sites.2.sizes.6"), 240);
    ck_assert_double_eq(number(j, "sites.2.remote"), 60);
    ck_assert_double_eq(number(j, "sites.2.mean_life_ms"), 90);
    ck_assert_double_eq(number(j, "sites.2.pinned_max"), 22000);
    ck_assert_double_eq(number(j, "sites.2.halves.0.allocs"), 240);
    ck_assert_double_eq(number(j, "sites.4.realloc_copied"), 12 * 64);
    ck_assert_ptr_null(json_object_get(at(j, "sites.2"), "errors"));
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* of a stack's places, and inlined ones in them */
START_TEST(test_names)
{
    export_sample_t s;
    json_t         *j, *place;
    size_t          leaf;

    export_sample_open(&s, sample_rich(0));
    j = load(&s);
    leaf = (size_t) number(j, "sites.3.stack.0");
    place = json_array_get(at(j, "places"), leaf);
    ck_assert_uint_eq(json_array_size(at(place, "frames")), 2);
    ck_assert_str_eq(text(place, "frames.0.function"), "sample_copy");
    ck_assert(json_is_true(at(place, "frames.0.inlined")));
    ck_assert_str_eq(text(place, "frames.1.function"), "sample_parse");
    ck_assert(json_is_false(at(place, "frames.1.inlined")));
    ck_assert_double_gt(number(place, "frames.1.line"), 0);
    leaf = (size_t) number(j, "sites.6.stack.0");
    place = json_array_get(at(j, "places"), leaf);
    ck_assert_str_eq(text(place, "frames.0.function"),
                     "<script>alert(1)</script>");
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* each key below j, but those of lists by figure or table, is in the text */
static void
assert_described(const json_t *j, const char *description)
{
    const char *key;
    json_t     *value;
    size_t      i;
    char        quoted[64];

    json_array_foreach(j, i, value)
    {
        assert_described(value, description);
    }
    json_object_foreach((json_t *) j, key, value)
    {
        snprintf(quoted, sizeof(quoted), "`%s`", key);
        ck_assert_msg(strstr(description, quoted) != NULL,
                      "%s is not described", key);
        if (strcmp(key, "errors") != 0 && strcmp(key, "lost") != 0) {
            assert_described(value, description);
        }
    }
}


START_TEST(test_schema)
{
    static char     description[65536];
    const char     *dir = getenv("srcdir");
    char            path[4096];
    export_sample_t s;
    json_t         *j;
    FILE           *f;

    snprintf(path, sizeof(path), "%s/src/report/PROFILE.md",
             dir != NULL ? dir : ".");
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s cannot be opened", path);
    ck_assert_uint_gt(fread(description, 1, sizeof(description) - 1, f), 0);
    ck_assert_int_ne(feof(f), 0);
    fclose(f);
    export_sample_open(&s, sample_rich(65536));
    j = load(&s);
    assert_described(j, description);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* where RSS could not be read, as without /proc, there is no number */
START_TEST(test_unknown_rss)
{
    export_sample_t s;
    maker_t        *m = sample_plain(0);
    json_t         *j;

    maker_header(m)->peak_rss = 0;
    maker_tick(m, 10, 0, 3000000, 500000);
    export_sample_open(&s, m);
    j = load(&s);
    ck_assert(json_is_null(at(j, "heap.peak_rss")));
    ck_assert_double_gt(number(j, "times.0.rss"), 0);
    ck_assert(json_is_null(at(j, "times.13.rss")));
    ck_assert_double_gt(number(j, "times.13.heap"), 0);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_sampled)
{
    export_sample_t s;
    json_t         *j;

    export_sample_open(&s, sample_plain(65536));
    j = load(&s);
    ck_assert(json_is_true(at(j, "profile.sampled")));
    ck_assert_double_eq(number(j, "profile.interval"), 65536);
    ck_assert(json_is_null(at(j, "heap.allocator")));
    ck_assert_double_gt(number(j, "sites.2.errors.live"), 0);
    ck_assert_double_gt(number(j, "sums.errors.total"), 0);
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_json");
    TCase *t = tcase_create("document");

    tcase_add_test(t, test_process);
    tcase_add_test(t, test_tables);
    tcase_add_test(t, test_site);
    tcase_add_test(t, test_names);
    tcase_add_test(t, test_unknown_rss);
    tcase_add_test(t, test_sampled);
    tcase_add_test(t, test_schema);
    suite_add_tcase(s, t);

    return s;
}
