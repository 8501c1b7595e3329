/*
 * A sample stands for as many objects as it is drawn from, and an event of an
 * exact profile for itself.
 */

#include "config.h"

#include "profile/np_weight.h"

#include <check.h>
#include <math.h>

#include "check_suite.h"


START_TEST(an_event_stands_for_itself)
{
    np_weight_t w;

    np_weight_init(0);
    w = np_weight(4000);
    ck_assert_uint_eq(w.objects, 1);
    ck_assert_double_eq(w.factor, 1);
    ck_assert_uint_eq(np_weight_bytes(&w, 4000), 4000);
}
END_TEST


START_TEST(a_sample_stands_for_what_it_is_drawn_from)
{
    np_weight_t w;
    double      want;
    size_t      size, n;

    np_weight_init(4096);

    for (n = 1; n < 1000000; n += 1 + n / 30) {
        /* as they are given, too: some of these are in a table */
        for (size = n;; size = (n + 15) / 16 * 16) {
            w = np_weight(size);
            want = 1 / (1 - exp(-(double) size / 4096));
            ck_assert_double_eq_tol(w.factor, want, want * 1e-9);
            ck_assert_double_eq_tol((double) w.objects, want * NP_WEIGHT_SCALE,
                                    0.51);
            ck_assert_double_eq_tol((double) np_weight_bytes(&w, size),
                                    want * (double) size, 0.51);

            if (size % 16 == 0) {
                break;
            }
        }
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_weight");
    TCase *t = tcase_create("np_weight");

    tcase_add_test(t, an_event_stands_for_itself);
    tcase_add_test(t, a_sample_stands_for_what_it_is_drawn_from);
    suite_add_tcase(s, t);

    return s;
}
