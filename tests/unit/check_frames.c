/*
 * Stacks with inlined functions as frames, and numbers and strings as the
 * exports write them.
 */
#include "config.h"

#include "report/np_figure.h"
#include "report/np_frames.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


/* the site of that id */
static const np_site_t *
site(const np_profile_t *p, uint32_t id)
{
    for (unsigned i = 0; i < p->nsites; i++) {
        if (p->site[i].id == id) {
            return &p->site[i];
        }
    }
    ck_abort_msg("no site %u", id);
    return NULL;
}


START_TEST(test_inlined)
{
    export_sample_t sample;
    np_export_t     x;
    np_frames_t     list = {0};

    export_sample_open(&sample, sample_rich(0));
    x = (np_export_t){sample.profile, sample.symbols, "", NP_FIGURE_LIVE};
    ck_assert_int_eq(
        np_frames_of(&list, &x, site(sample.profile, NP_SITE_FIRST + 1)), 0);
    ck_assert_uint_eq(list.n, 4);
    ck_assert_str_eq(list.frame[0].function, "sample_copy");
    ck_assert_str_eq(list.frame[1].function, "sample_parse");
    ck_assert_str_eq(list.frame[2].function, "sample_serve");
    ck_assert_str_eq(list.frame[3].function, "sample_main");
    ck_assert_uint_eq(list.frame[0].address, list.frame[1].address);
    ck_assert_uint_ne(list.frame[0].line, list.frame[1].line);
    ck_assert_ptr_nonnull(strstr(list.frame[0].file, "sample_code.c"));

    ck_assert_int_eq(
        np_frames_of(&list, &x, site(sample.profile, NP_SITE_EARLY)), 0);
    ck_assert_uint_eq(list.n, 1);
    ck_assert_str_eq(list.frame[0].function,
                     np_figure_title(site(sample.profile, NP_SITE_EARLY)));
    ck_assert_str_eq(list.frame[0].module, "");
    np_frames_fini(&list);
    export_sample_close(&sample);
}
END_TEST


START_TEST(test_address)
{
    np_place_t call = {.address = 100}, signal = {.address = 100, .exact = 1};
    np_place_t none = {.address = 0};

    ck_assert_uint_eq(np_frame_address(&call), 99);
    ck_assert_uint_eq(np_frame_address(&signal), 100);
    ck_assert_uint_eq(np_frame_address(&none), 0);
}
END_TEST


START_TEST(test_whole)
{
    double  sum = 0;
    int64_t n, total = 0;

    ck_assert_int_eq(np_whole(&sum, 0.4), 0);
    ck_assert_int_eq(np_whole(&sum, 0.4), 1);
    ck_assert_int_eq(np_whole(&sum, NAN), 0);
    ck_assert_int_eq(np_whole(&sum, -5), 0);
    ck_assert_int_eq(np_whole(&sum, 0), 0);

    sum = 0;
    for (unsigned i = 1; i <= 1000; i++) {
        n = np_whole(&sum, i / 3.0);
        ck_assert_int_ge(n, i / 3);
        ck_assert_int_le(n, i / 3 + 1);
        total += n;
    }
    ck_assert_int_eq(total, llround(1000 * 1001 / 2 / 3.0));

    /* what no program allocates stays a number */
    sum = 0;
    ck_assert_int_gt(np_whole(&sum, 1e300), 0);
    ck_assert_int_eq(np_whole(&sum, INFINITY), 0);
}
END_TEST


static const struct {
    double      value;
    const char *text;
} numbers[] = {
    {0, "0"},
    {12, "12"},
    {1.5, "1.500"},
    {-3, "-3"},
    {NAN, "null"},
    {INFINITY, "null"},
    {1e14, "100000000000000"},
    {1e20, "1e+20"},
    {0x1p64, "1.8446744073709552e+19"},
    {4.0625, "4.062"},
};


START_TEST(test_numbers)
{
    char  *text = NULL;
    size_t n;
    FILE  *f = open_memstream(&text, &n);

    np_json_put_number(f, numbers[_i].value);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_str_eq(text, numbers[_i].text);
    free(text);
}
END_TEST


START_TEST(test_string)
{
    char  *text = NULL;
    size_t n;
    FILE  *f = open_memstream(&text, &n);

    ck_assert_int_eq(np_json_put_string(f, "a\"b\\c\n\033</script>\303\274"
                                           "\377"),
                     0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_str_eq(text, "\"a\\\"b\\\\c\\u000a\\u001b</script>\303\274"
                           "\357\277\275\"");
    free(text);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("frames");
    TCase *t = tcase_create("frames");

    tcase_add_test(t, test_inlined);
    tcase_add_test(t, test_address);
    tcase_add_test(t, test_whole);
    tcase_add_loop_test(t, test_numbers, 0,
                        sizeof(numbers) / sizeof(numbers[0]));
    tcase_add_test(t, test_string);
    suite_add_tcase(s, t);

    return s;
}
