/*
 * Strings once each, numbered as they come.
 */
#include "config.h"

#include "report/np_strings.h"

#include <check.h>
#include <stdio.h>

#include "check_suite.h"


START_TEST(test_numbers_in_order)
{
    np_strings_t t = {0};

    ck_assert_uint_eq(np_strings_number(&t, ""), 0);
    ck_assert_uint_eq(np_strings_number(&t, "b"), 1);
    ck_assert_uint_eq(np_strings_number(&t, "a"), 2);
    ck_assert_uint_eq(np_strings_number(&t, "b"), 1);
    ck_assert_uint_eq(np_strings_number(&t, ""), 0);
    ck_assert_uint_eq(t.n, 3);
    ck_assert_str_eq(t.string[2], "a");
    np_strings_fini(&t);
    ck_assert_uint_eq(t.n, 0);
}
END_TEST


START_TEST(test_many)
{
    np_strings_t t = {0};
    char         name[32];

    for (unsigned turn = 0; turn < 2; turn++) {
        for (unsigned i = 0; i < 5000; i++) {
            snprintf(name, sizeof(name), "name %u", i);
            ck_assert_uint_eq(np_strings_number(&t, name), i);
            ck_assert_str_eq(t.string[i], name);
        }
    }
    ck_assert_uint_eq(t.n, 5000);
    np_strings_fini(&t);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("strings");
    TCase *t = tcase_create("strings");

    tcase_add_test(t, test_numbers_in_order);
    tcase_add_test(t, test_many);
    suite_add_tcase(s, t);

    return s;
}
