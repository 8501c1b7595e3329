/*
 * Limits of `ngxpool check`: which are kept, which are not, by how much.
 */
#include "config.h"

#include "report/np_limit.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


/* failures; the text in *text, for free() */
static unsigned
check(const export_sample_t *s, const double max[NP_LIMITS],
      const np_profile_t *base, double percent, char **text)
{
    np_text_options_t o;
    np_text_t         t = {NULL, s->profile, s->symbols, &o, NULL};
    size_t            n;
    unsigned          failed;

    memset(&o, 0, sizeof(o));
    o.name = "x.prof";
    o.exact = 1;
    t.f = open_memstream(text, &n);
    ck_assert_ptr_nonnull(t.f);
    failed = np_limit_check(&t, max, base, percent);
    ck_assert_int_eq(fclose(t.f), 0);
    return failed;
}


START_TEST(test_limits)
{
    double          max[NP_LIMITS], error, v;
    export_sample_t s;
    char           *text;

    export_sample_open(&s, sample_plain(0));
    for (int i = 0; i < NP_LIMITS; i++) {
        for (int k = 0; k < NP_LIMITS; k++) {
            max[k] = NAN;
        }
        v = np_limit_value(s.profile, (np_limit_e) i, &error);
        ck_assert_double_gt(v, 0);
        max[i] = v;
        ck_assert_uint_eq(check(&s, max, NULL, 0, &text), 0);
        ck_assert_ptr_nonnull(strstr(text, "x.prof: 1 of 1 limits kept\n"));
        free(text);
        max[i] = v - 1;
        ck_assert_uint_eq(check(&s, max, NULL, 0, &text), 1);
        ck_assert_int_eq(strncmp(text, "FAIL", 4), 0);
        ck_assert_ptr_nonnull(
            strstr(text, "x.prof: 1 of 1 limits exceeded\n"));
        free(text);
    }
    export_sample_close(&s);
}
END_TEST


/* what is too much may be too little to show in what is rounded */
START_TEST(test_little_too_much)
{
    np_text_options_t o = {.name = "x.prof"};
    double            max[NP_LIMITS] = {NAN, NAN, NAN, NAN, NAN, NAN};
    export_sample_t   s;
    char             *text;
    size_t            n;
    np_text_t         t = {open_memstream(&text, &n), NULL, NULL, &o, NULL};

    export_sample_open(&s, sample_plain(0));
    t.p = s.profile;
    t.y = s.symbols;
    s.profile->total.total.bytes = 100001;
    s.profile->total.total.objects = 2000001;
    max[NP_LIMIT_TOTAL] = 100000;
    max[NP_LIMIT_ALLOCS] = 2000000;
    ck_assert_uint_eq(np_limit_check(&t, max, NULL, 0), 2);
    max[NP_LIMIT_TOTAL] = 99000;
    max[NP_LIMIT_ALLOCS] = NAN;
    ck_assert_uint_eq(np_limit_check(&t, max, NULL, 0), 1);
    ck_assert_int_eq(fclose(t.f), 0);
    ck_assert_ptr_nonnull(strstr(text, "  100001  limit 100000\n"));
    ck_assert_ptr_nonnull(strstr(text, "  2000001  limit 2000000\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "97.7 KiB  limit 96.7 KiB, 1.0 % too much\n"));
    free(text);
    export_sample_close(&s);
}
END_TEST


/* what lived before profiling began is no leak */
START_TEST(test_leaked)
{
    export_sample_t s;
    double          error, live, leaked;

    export_sample_open(&s, sample_plain(0));
    live = np_limit_value(s.profile, NP_LIMIT_LIVE, &error);
    leaked = np_limit_value(s.profile, NP_LIMIT_LEAKED, &error);
    ck_assert_double_eq(live - leaked, 72704 + 2 * 1024);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_baseline)
{
    double          max[NP_LIMITS] = {NAN, NAN, NAN, NAN, NAN, NAN};
    export_sample_t a, b;
    maker_t        *m = sample_plain(0);
    char           *text;

    export_sample_open(&a, sample_plain(0));
    /* a tenth more of allocations, and of nothing else as much */
    maker_alloc(m, NP_SITE_FIRST + 1, 0, 1, 664);
    export_sample_open(&b, m);
    ck_assert_uint_eq(check(&a, max, a.profile, 0, &text), 0);
    free(text);
    ck_assert_uint_eq(check(&b, max, a.profile, 11, &text), 0);
    free(text);
    ck_assert_uint_eq(check(&b, max, a.profile, 5, &text), 1);
    ck_assert_ptr_nonnull(strstr(text, "FAIL  allocations"));
    ck_assert_ptr_nonnull(strstr(text, "baseline + 5 %: "));
    ck_assert_ptr_nonnull(strstr(text, "1 of 6 limits exceeded"));
    free(text);
    export_sample_close(&a);
    export_sample_close(&b);
}
END_TEST


/* a sampled baseline makes the comparison an estimate, too, and one of two
 * that were made in different ways is told as such */
START_TEST(test_sampled_baseline)
{
    static const char mark[] = " (within the error)";
    double            max[NP_LIMITS] = {NAN, NAN, NAN, NAN, NAN, NAN};
    double            error, v;
    export_sample_t   exact, sampled, more;
    char             *text, *at, line[100];

    export_sample_open(&exact, sample_plain(0));
    export_sample_open(&sampled, sample_plain(65536));
    v = np_limit_value(sampled.profile, NP_LIMIT_TOTAL, &error);
    ck_assert_double_gt(error, 0);
    /* half an error too much, all of it the baseline's */
    exact.profile->total.total.bytes = v + error / 2;
    (void) check(&exact, max, sampled.profile, 0, &text);
    (void) snprintf(line, sizeof(line), "FAIL  allocated    %12.0f",
                    v + error / 2);
    at = strstr(text, line);
    ck_assert_ptr_nonnull(at);
    at = strchr(at, '\n') - strlen(mark);
    ck_assert_int_eq(strncmp(at, mark, strlen(mark)), 0);
    ck_assert_ptr_nonnull(strstr(text, "\none profile is exact and the other "
                                       "sampled\n"));
    free(text);
    /* more than either error, but not than both together */
    export_sample_open(&more, sample_plain(65536));
    more.profile->total.total.bytes = v + 1.2 * error;
    (void) check(&more, max, sampled.profile, 0, &text);
    /* RSS is not sampled */
    at = strstr(text, " peak RSS ");
    ck_assert_ptr_nonnull(at);
    ck_assert_ptr_null(memmem(at, strcspn(at, "\n"), "+-", 2));
    at = strstr(text, "FAIL  allocated");
    ck_assert_ptr_nonnull(at);
    at = strchr(at, '\n') - strlen(mark);
    ck_assert_int_eq(strncmp(at, mark, strlen(mark)), 0);
    ck_assert_ptr_null(strstr(text, "exact and"));
    free(text);
    export_sample_close(&more);
    /* no estimates, no errors */
    (void) check(&exact, max, exact.profile, 0, &text);
    ck_assert_ptr_null(strstr(text, "error"));
    free(text);
    export_sample_close(&exact);
    export_sample_close(&sampled);
}
END_TEST


/* RSS that was not measured is not within a limit; a baseline is compared by
 * what both know */
START_TEST(test_unknown_rss)
{
    double          max[NP_LIMITS] = {NAN, NAN, NAN, NAN, NAN, 1e12};
    export_sample_t a, b;
    maker_t        *m = sample_plain(0);
    char           *text;

    maker_header(m)->peak_rss = 0;
    export_sample_open(&a, m);
    export_sample_open(&b, sample_plain(0));
    ck_assert_uint_eq(check(&a, max, NULL, 0, &text), 1);
    ck_assert_ptr_nonnull(strstr(text, "FAIL  peak RSS        not known"));
    ck_assert_ptr_nonnull(strstr(text, "x.prof: 1 of 1 limits not known\n"));
    free(text);
    max[NP_LIMIT_PEAK] = 1;
    max[NP_LIMIT_LIVE] = 1e12;
    ck_assert_uint_eq(check(&a, max, NULL, 0, &text), 2);
    ck_assert_ptr_nonnull(
        strstr(text, "x.prof: 1 of 3 limits exceeded, 1 not known\n"));
    free(text);
    for (int i = 0; i < NP_LIMITS; i++) {
        max[i] = NAN;
    }
    ck_assert_uint_eq(check(&a, max, b.profile, 5, &text), 0);
    ck_assert_ptr_nonnull(strstr(text, "x.prof: 5 of 5 limits kept\n"));
    free(text);
    export_sample_close(&a);
    export_sample_close(&b);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("limit");
    TCase *t = tcase_create("limits");

    tcase_add_test(t, test_limits);
    tcase_add_test(t, test_little_too_much);
    tcase_add_test(t, test_leaked);
    tcase_add_test(t, test_baseline);
    tcase_add_test(t, test_sampled_baseline);
    tcase_add_test(t, test_unknown_rss);
    suite_add_tcase(s, t);

    return s;
}
