/*
 * The page of a profile: what is embedded is valid JSON, says what the profile
 * says, is bounded, and cannot end the element that it stands in.
 */

#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"
#include "report/np_html_json.h"
#include "report/np_html_page.h"

#include <check.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "export_samples.h"
#include "large_profile.h"
#include "profile_damage.h"
#include "sample_profile.h"


static char *
ck_string(const char *s)
{
    char  *text = NULL;
    size_t size;
    FILE  *f = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(np_html_string(f, s), 0);
    ck_assert_int_eq(fclose(f), 0);
    return text;
}


static void
ck_written(const char *s, const char *expected)
{
    char *text = ck_string(s);

    ck_assert_str_eq(text, expected);
    free(text);
}


/* what stands between head and tail; *page is freed by the caller */
static json_t *
ck_data(const export_sample_t *s, char **page)
{
    size_t       size, head = strlen(np_html_head);
    size_t       tail = strlen(np_html_tail);
    json_t      *data;
    json_error_t err;

    *page = export_sample_render(s, np_export_html, NP_FIGURE_LIVE, &size);
    ck_assert_uint_eq(strlen(*page), size);
    ck_assert_uint_gt(size, head + tail);
    ck_assert(memcmp(*page, np_html_head, head) == 0);
    ck_assert(memcmp(*page + size - tail, np_html_tail, tail) == 0);
    ck_assert_ptr_null(memchr(*page + head, '<', size - head - tail));
    ck_assert_ptr_null(memchr(*page + head, '>', size - head - tail));
    ck_assert_ptr_null(memchr(*page + head, '&', size - head - tail));
    data = json_loadb(*page + head, size - head - tail, JSON_REJECT_DUPLICATES,
                      &err);
    ck_assert_msg(data != NULL, "%s at line %d", err.text, err.line);
    return data;
}


static double
ck_number(const json_t *data, const char *object, const char *key)
{
    const json_t *o = object != NULL ? json_object_get(data, object) : data;
    const json_t *v = json_object_get(o, key);

    ck_assert_msg(json_is_number(v), "%s is no number", key);
    return json_number_value(v);
}


static size_t
ck_length(const json_t *data, const char *object, const char *key)
{
    const json_t *v = json_object_get(json_object_get(data, object), key);

    ck_assert_msg(json_is_array(v), "%s is no list", key);
    return json_array_size(v);
}


static json_int_t
ck_at(const json_t *data, const char *object, const char *key, size_t i)
{
    return json_integer_value(json_array_get(
        json_object_get(json_object_get(data, object), key), i));
}


/* parents stand before their children, and all indices are some of a list */
static void
ck_tree(const json_t *data)
{
    size_t nodes = ck_length(data, "nodes", "parent");
    size_t frames = ck_length(data, "frames", "name");
    size_t strings = json_array_size(json_object_get(data, "strings"));
    size_t modules = json_array_size(json_object_get(data, "modules"));

    ck_assert_uint_eq(ck_length(data, "nodes", "frame"), nodes);
    for (size_t i = 1; i < nodes; i++) {
        ck_assert_uint_lt(ck_at(data, "nodes", "parent", i), i);
        ck_assert_uint_lt(ck_at(data, "nodes", "frame", i), frames);
    }
    for (size_t i = 0; i < frames; i++) {
        ck_assert_uint_lt(ck_at(data, "frames", "name", i), strings);
        ck_assert_uint_lt(ck_at(data, "frames", "file", i), strings);
        ck_assert_uint_lt(ck_at(data, "frames", "module", i), modules);
    }
    for (size_t i = 0; i < ck_length(data, "sites", "node"); i++) {
        ck_assert_int_gt(ck_at(data, "sites", "node", i), 0);
        ck_assert_uint_lt(ck_at(data, "sites", "node", i), nodes);
    }
}


/* all columns of a table have n entries */
static void
ck_columns(const json_t *data, const char *table, size_t n)
{
    json_t     *o = json_object_get(data, table), *column;
    const char *key;

    ck_assert_ptr_nonnull(o);
    json_object_foreach(o, key, column)
    {
        ck_assert_msg(json_array_size(column) == n,
                      "%s of %s has %zu, not %zu", key, table,
                      json_array_size(column), n);
    }
}


START_TEST(test_string)
{
    ck_written("", "\"\"");
    ck_written("main", "\"main\"");
    ck_written("</script><script>",
               "\"\\u003c/script\\u003e\\u003cscript\\u003e\"");
    ck_written("<!--", "\"\\u003c!--\"");
    ck_written("]]>&amp;", "\"]]\\u003e\\u0026amp;\"");
    ck_written("a\"b\\c\n\x01", "\"a\\u0022b\\u005cc\\u000a\\u0001\"");
    ck_written("gr\303\274n \360\237\220\210",
               "\"gr\303\274n \360\237\220\210\"");
    /* bytes that are no text, and a character that is cut off */
    ck_written("a\377b\303", "\"a\357\277\275b\357\277\275\"");
}
END_TEST


START_TEST(test_string_is_cut)
{
    char  *s = malloc(NP_HTML_STRING + 2), *text;
    size_t n;

    ck_assert_ptr_nonnull(s);
    memset(s, 'x', NP_HTML_STRING + 1);
    s[NP_HTML_STRING + 1] = '\0';
    text = ck_string(s);
    n = strlen(text);
    ck_assert_uint_eq(n, NP_HTML_STRING + 5);
    ck_assert_str_eq(text + n - 5, "x...\"");
    free(text);
    s[NP_HTML_STRING] = '\0';
    text = ck_string(s);
    ck_assert_uint_eq(strlen(text), NP_HTML_STRING + 2);
    free(text);
    free(s);
}
END_TEST


START_TEST(test_numbers)
{
    char  *text = NULL;
    size_t size;
    FILE  *f = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(f);
    np_html_number(f, 0);
    np_html_member(f, "a", 1e18);
    np_html_member(f, "b", 2.5);
    np_html_member(f, "c", NAN);
    np_html_member(f, "d", INFINITY);
    np_html_histogram(f, (const uint32_t[]){0, 4, 0, 7, 0, 0}, 6);
    np_html_histogram(f, (const uint32_t[]){0, 0}, 2);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_str_eq(text,
                     "0,\"a\":1.000000000000000e+18,\"b\":2.50,\"c\":null,"
                     "\"d\":null[0,4,0,7][]");
    free(text);
}
END_TEST


/* the template itself: one data element, one script, no address of a server */
START_TEST(test_template)
{
    ck_assert_ptr_nonnull(strstr(np_html_head, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(np_html_head, "script-src 'sha256-"));
    ck_assert_ptr_nonnull(strstr(np_html_head, "style-src 'sha256-"));
    ck_assert_ptr_null(strstr(np_html_head, "unsafe-inline"));
    ck_assert_ptr_null(strstr(np_html_head, "@POLICY@"));
    ck_assert_ptr_null(strstr(np_html_head, "://"));
    ck_assert_ptr_null(strstr(np_html_head, "@import"));
    ck_assert_ptr_null(strstr(np_html_tail, "innerHTML"));
    ck_assert_ptr_null(strstr(np_html_tail, "insertAdjacentHTML"));
    ck_assert_ptr_null(strstr(np_html_tail, "document.write"));
    ck_assert_ptr_null(strstr(np_html_tail, "eval("));
}
END_TEST


/* killed: what the allocator told last is of another moment */
START_TEST(test_killed)
{
    export_sample_t s;
    json_t         *data;
    char           *page;

    export_sample_open(&s, sample_plain(0));
    s.profile->header.ended = NP_ENDED_NOT;
    s.profile->header.gaps = 2;
    s.profile->over = 1;
    s.profile->total.last_ms = 3300;
    data = ck_data(&s, &page);
    ck_assert_str_eq(json_string_value(json_object_get(data, "ended")),
                     "over");
    ck_assert(json_is_null(json_object_get(data, "heap_live_bytes")));
    ck_assert_double_eq(ck_number(data, NULL, "ms"), 3300);
    ck_assert_double_eq(ck_number(data, NULL, "gaps"), 2);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


/* exact and sampled */
static const uint64_t intervals[] = {0, 4096};

START_TEST(test_sample)
{
    export_sample_t     s;
    const np_profile_t *p;
    json_t             *data;
    char               *page;

    export_sample_open(&s, sample_plain(intervals[_i]));
    p = s.profile;
    data = ck_data(&s, &page);
    ck_tree(data);
    ck_columns(data, "sites", p->nsites);
    ck_columns(data, "times", p->ntimes);
    ck_columns(data, "pools", p->npools);
    ck_columns(data, "blocks", p->nblocks);
    ck_assert_double_eq_tol(ck_number(data, "sums", "alloc_bytes"),
                            p->total.total.bytes, 0.01);
    ck_assert_double_eq_tol(ck_number(data, "sums", "pinned"), p->total.pinned,
                            0.01);
    ck_assert_double_eq_tol(ck_number(data, NULL, "live_bytes"),
                            p->total.live.bytes, 0.01);
    ck_assert_double_eq(ck_number(data, NULL, "interval"),
                        (double) intervals[_i]);
    ck_assert_double_eq(ck_number(data, "left_out", "sites"), 0);
    ck_assert_double_eq(ck_number(data, "left_out", "node"), 0);
    if (intervals[_i] == 0) {
        ck_assert_double_eq(ck_number(data, NULL, "heap_live_bytes"),
                            p->total.live.bytes);
    } else {
        ck_assert(json_is_null(json_object_get(data, "heap_live_bytes")));
    }
    ck_assert_double_eq(ck_number(data, NULL, "pinned_all"),
                        np_profile_pinned(p));
    ck_assert_double_eq(ck_number(data, NULL, "threads"), 2);
    ck_assert_double_eq(ck_number(data, NULL, "gaps"), 0);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


/* names of strangers are there, and are not changed but for bytes that are no
 * text */
START_TEST(test_hostile)
{
    export_sample_t s;
    json_t         *data, *module;
    const char     *command;
    char           *page;
    size_t          i, found = 0;

    export_sample_open(&s, sample_plain(0));
    data = ck_data(&s, &page);
    command = json_string_value(json_object_get(data, "command"));
    ck_assert_ptr_nonnull(command);
    ck_assert_ptr_nonnull(strstr(command, "<script>alert(2)</script>"));
    json_array_foreach(json_object_get(data, "modules"), i, module)
    {
        found += strcmp(json_string_value(module),
                        "/tmp/<img src=x onerror=alert(1)>.so")
                 == 0;
    }
    ck_assert_uint_eq(found, 1);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_hidden)
{
    export_sample_t s;
    json_t         *data;
    double          all;
    char           *page;

    export_sample_open(&s, sample_plain(0));
    all = s.profile->total.total.bytes;
    for (unsigned i = 0; i < s.profile->nsites; i++) {
        s.profile->site[i].hidden = i != 3;
    }
    data = ck_data(&s, &page);
    ck_tree(data);
    ck_columns(data, "sites", 1);
    ck_assert_double_eq(ck_number(data, "left_out", "hidden"),
                        s.profile->nsites - 1);
    ck_assert_double_eq_tol(ck_number(data, "sums", "alloc_bytes"),
                            s.profile->site[3].total.bytes, 0.01);
    ck_assert_double_lt(ck_number(data, "sums", "alloc_bytes"), all);
    /* what stands beside RSS and the peak is that of all sites */
    ck_assert_double_eq_tol(ck_number(data, "totals", "alloc_bytes"), all,
                            0.01);
    ck_assert_double_eq_tol(ck_number(data, "totals", "live_slack"),
                            s.profile->total.live_slack, 0.01);
    for (size_t i = 0; i < s.profile->nblocks; i++) {
        ck_assert_int_le(ck_at(data, "blocks", "site", i), 0);
    }
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


/* the heaviest stay, and nothing is lost of the sums */
START_TEST(test_too_many_sites)
{
    export_sample_t s;
    json_t         *data;
    char           *page;
    double          kept = 0, left;
    size_t          n;

    export_sample_open(&s, large_profile(10400, 9000));
    data = ck_data(&s, &page);
    ck_tree(data);
    n = ck_length(data, "sites", "node");
    ck_assert_uint_eq(n, 10000);
    ck_columns(data, "sites", n);
    ck_columns(data, "blocks", 8192);
    ck_assert_double_eq(ck_number(data, "left_out", "sites"),
                        s.profile->nsites - 10000);
    ck_assert_double_eq(ck_number(data, "left_out", "blocks"), 9000 - 8192);
    ck_assert_double_gt(ck_number(data, "left_out", "node"), 0);
    for (size_t i = 0; i < n; i++) {
        kept += (double) ck_at(data, "sites", "live_bytes", i);
    }
    left = ck_number(data, "left_out", "live_bytes");
    ck_assert_double_gt(left, 0);
    ck_assert_double_eq(kept + left, s.profile->total.live.bytes);
    /* the smallest are missing: the largest one has 16 * 10400 bytes */
    ck_assert_int_eq(ck_at(data, "sites", "live_bytes", 0), 16 * 10400);
    ck_assert_double_lt(left, kept / 100);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_too_many_frames)
{
    export_sample_t s;
    json_t         *data;
    char           *page;
    size_t          n;

    export_sample_open(&s, deep_profile(300, 1000));
    data = ck_data(&s, &page);
    ck_tree(data);
    n = ck_length(data, "sites", "node");
    ck_assert_uint_eq(n, 249);
    ck_assert_double_eq(ck_number(data, "left_out", "sites"),
                        s.profile->nsites - n);
    ck_assert_double_eq(ck_number(data, "left_out", "live_bytes"),
                        100.0 * (double) (300 - n));
    ck_assert_uint_le(ck_length(data, "nodes", "parent"), 250001);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_empty)
{
    export_sample_t s;
    json_t         *data;
    char           *page;

    export_sample_open(&s, maker_create(0));
    data = ck_data(&s, &page);
    ck_assert_double_eq(ck_number(data, NULL, "live_bytes"), 0);
    ck_columns(data, "sites", ck_length(data, "sites", "node"));
    ck_columns(data, "times", 0);
    ck_columns(data, "blocks", 0);
    json_decref(data);
    free(page);
    export_sample_close(&s);
}
END_TEST


/* whatever is read at all makes a page */
START_TEST(test_damaged)
{
    char path[] = "/tmp/ngxpool-html-XXXXXX", err[NP_PROFILE_ERROR];
    int  fd = mkstemp(path), shown = 0;

    ck_assert_int_ge(fd, 0);
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        maker_t        *m = sample_plain(0);
        size_t          size;
        unsigned char  *image = maker_image(m, &size);
        export_sample_t s;
        json_t         *data;
        char           *page;

        d->harm(image, &size);
        ck_assert_int_eq(ftruncate(fd, 0), 0);
        ck_assert_int_eq(pwrite(fd, image, size, 0), (ssize_t) size);
        free(image);
        maker_destroy(m);
        s.profile = np_profile_load(path, err);
        if (s.profile == NULL) {
            continue;
        }
        s.symbols = np_symbols_open(s.profile, NULL);
        ck_assert_ptr_nonnull(s.symbols);
        data = ck_data(&s, &page);
        ck_tree(data);
        ck_columns(data, "sites", s.profile->nsites);
        json_decref(data);
        free(page);
        export_sample_close(&s);
        shown++;
    }
    ck_assert_int_gt(shown, 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST


START_TEST(test_full_disk)
{
    export_sample_t s;
    np_export_t     x;
    FILE           *f = fopen("/dev/full", "w");

    ck_assert_ptr_nonnull(f);
    export_sample_open(&s, sample_plain(0));
    x = (np_export_t){s.profile, s.symbols, "sample.prof", NP_FIGURE_LIVE};
    (void) setvbuf(f, NULL, _IONBF, 0);
    ck_assert_int_eq(np_export_html(f, &x), -1);
    (void) fclose(f);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_html");
    TCase *t = tcase_create("export_html");

    tcase_add_test(t, test_string);
    tcase_add_test(t, test_string_is_cut);
    tcase_add_test(t, test_numbers);
    tcase_add_test(t, test_template);
    tcase_add_test(t, test_killed);
    tcase_add_loop_test(t, test_sample, 0, 2);
    tcase_add_test(t, test_hostile);
    tcase_add_test(t, test_hidden);
    tcase_add_test(t, test_too_many_sites);
    tcase_add_test(t, test_too_many_frames);
    tcase_add_test(t, test_empty);
    tcase_add_test(t, test_damaged);
    tcase_add_test(t, test_full_disk);
    suite_add_tcase(s, t);
    return s;
}
