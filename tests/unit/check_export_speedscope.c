/*
 * speedscope's file has the structure of its file-format-spec.ts, and its
 * weights are the profile's figures.
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
load(const export_sample_t *s, np_figure_e figure)
{
    size_t n;
    char  *text = export_sample_render(s, np_export_speedscope, figure, &n);
    json_error_t e;
    json_t      *j = json_loadb(text, n, JSON_REJECT_DUPLICATES, &e);

    ck_assert_msg(j != NULL, "line %d: %s", e.line, e.text);
    free(text);
    return j;
}


static void
assert_frames(const json_t *frames)
{
    const char *key;
    size_t      i;
    json_t     *frame, *value;

    ck_assert(json_is_array(frames));
    json_array_foreach(frames, i, frame)
    {
        ck_assert(json_is_string(json_object_get(frame, "name")));
        json_object_foreach(frame, key, value)
        {
            ck_assert(strcmp(key, "name") == 0
                      || (strcmp(key, "file") == 0 && json_is_string(value))
                      || (strcmp(key, "line") == 0 && json_is_integer(value)
                          && json_integer_value(value) > 0));
        }
    }
}


static void
assert_profile(const json_t *p, np_figure_e figure, const np_profile_t *model,
               size_t frames)
{
    json_t *samples = json_object_get(p, "samples"), *stack, *index;
    json_t *weights = json_object_get(p, "weights");
    double  sum = 0;
    size_t  i, k;

    ck_assert_str_eq(json_string_value(json_object_get(p, "type")), "sampled");
    ck_assert_str_eq(json_string_value(json_object_get(p, "name")),
                     np_figure[figure].key);
    ck_assert_str_eq(json_string_value(json_object_get(p, "unit")),
                     np_figure[figure].bytes ? "bytes" : "none");
    ck_assert_int_eq(json_integer_value(json_object_get(p, "startValue")), 0);
    ck_assert_uint_eq(json_array_size(samples), json_array_size(weights));
    json_array_foreach(samples, i, stack)
    {
        ck_assert_uint_gt(json_array_size(stack), 0);
        json_array_foreach(stack, k, index)
        {
            ck_assert(json_is_integer(index));
            ck_assert_int_lt(json_integer_value(index), (int) frames);
        }
        ck_assert(json_is_number(json_array_get(weights, i)));
        sum += json_number_value(json_array_get(weights, i));
    }
    ck_assert_double_eq_tol(sum, np_figure_value(&model->total, figure), 0.01);
    ck_assert_double_eq_tol(json_number_value(json_object_get(p, "endValue")),
                            sum, 0.01);
}


START_TEST(test_structure)
{
    export_sample_t s;
    json_t         *j, *frames, *profiles;

    export_sample_open(&s, sample_rich((uint64_t) _i * 65536));
    j = load(&s, NP_FIGURE_PINNED);
    ck_assert_str_eq(json_string_value(json_object_get(j, "$schema")),
                     "https://www.speedscope.app/file-format-schema.json");
    ck_assert_str_eq(json_string_value(json_object_get(j, "name")),
                     "sample.prof");
    ck_assert_int_eq(
        json_integer_value(json_object_get(j, "activeProfileIndex")),
        NP_FIGURE_PINNED);
    frames = json_object_get(json_object_get(j, "shared"), "frames");
    assert_frames(frames);
    profiles = json_object_get(j, "profiles");
    ck_assert_uint_eq(json_array_size(profiles), NP_FIGURES);
    for (int i = 0; i < NP_FIGURES; i++) {
        assert_profile(json_array_get(profiles, (size_t) i), (np_figure_e) i,
                       s.profile, json_array_size(frames));
    }
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


/* the outermost frame comes first */
START_TEST(test_order)
{
    export_sample_t          s;
    json_t                  *j, *frames, *stack;
    static const char *const want[]
        = {"sample_main", "sample_serve", "sample_cache"};

    export_sample_open(&s, sample_rich(0));
    j = load(&s, NP_FIGURE_LIVE);
    frames = json_object_get(json_object_get(j, "shared"), "frames");
    stack = json_array_get(
        json_object_get(json_array_get(json_object_get(j, "profiles"), 0),
                        "samples"),
        2);
    ck_assert_uint_eq(json_array_size(stack), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *frame = json_array_get(
            frames, (size_t) json_integer_value(json_array_get(stack, i)));

        ck_assert_str_eq(json_string_value(json_object_get(frame, "name")),
                         want[i]);
    }
    json_decref(j);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_speedscope");
    TCase *t = tcase_create("file");

    tcase_add_loop_test(t, test_structure, 0, 2);
    tcase_add_test(t, test_order);
    suite_add_tcase(s, t);

    return s;
}
