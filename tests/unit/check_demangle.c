/*
 * Names of C++ and Rust functions: what they become, and that none of them
 * takes long or much, whatever it stands for.
 */
#include "config.h"

#include "report/np_demangle.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"


START_TEST(test_demangle)
{
    static const char *const name[][2] = {
        {"_ZN3Foo3barEi", "Foo::bar(int)"},
        {"_Z3maxIiET_S0_S0_", "max<int>(int, int)"},
        {"_Znwm", "operator new(unsigned long)"},
        {"_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"},
        {"_ZN58_$LT$std..io..error..Error$u20$as$u20$core..fmt..Debug$GT$3fmt"
         "17h0123456789abcdefE",
         "<std::io::error::Error as core::fmt::Debug>::fmt"},
        {"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
        {"main", NULL},
        {"_Z", NULL},
        {"_start", NULL},
    };

    for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        char *plain = np_demangle(name[i][0]);

        if (name[i][1] == NULL) {
            ck_assert_ptr_null(plain);
        } else {
            ck_assert_ptr_nonnull(plain);
            ck_assert_str_eq(plain, name[i][1]);
        }
        free(plain);
    }
}
END_TEST


/* deep into itself, and longer than names are */
START_TEST(test_demangle_hostile)
{
    static char deep[4000], huge[70000];

    memset(deep, 'P', sizeof(deep) - 1);
    memcpy(deep, "_Z1f", 4);
    free(np_demangle(deep));
    memset(huge, 'P', sizeof(huge) - 1);
    memcpy(huge, "_Z1f", 4);
    ck_assert_ptr_null(np_demangle(huge));
}
END_TEST


/* "_Z1f1AIiiES_IS0_S0_ES_IS1_S1_E...": each parameter is twice the one before,
 * so that a few letters stand for terabytes */
START_TEST(test_demangle_doubling)
{
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char              name[1000] = "_Z1f1AIiiE", *plain;

    for (unsigned i = 0; i < 30; i++) {
        (void) sprintf(name + strlen(name), "S_IS%c_S%c_E", digit[i],
                       digit[i]);
        plain = np_demangle(name);
        if (i < 5) {
            ck_assert_ptr_nonnull(plain);
            ck_assert_ptr_nonnull(strstr(plain, "f(A<int, int>, A<A<int, "));
        } else if (i > 15) {
            ck_assert_ptr_null(plain);
        }
        free(plain);
    }
}
END_TEST


/* a number of lifetimes up to which nobody counts, in a path not printed */
START_TEST(test_demangle_lifetimes)
{
    char *plain = np_demangle("_RNvMINtC1b1cFG0_EuEu1f");

    ck_assert_ptr_nonnull(plain);
    ck_assert_str_eq(plain, "<()>::f");
    free(plain);
    ck_assert_ptr_null(np_demangle("_RNvMINtC1b1cFGzzzzzzzzzz_EuEu1f"));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("demangle");
    TCase *t = tcase_create("demangle");

    tcase_add_test(t, test_demangle);
    tcase_add_test(t, test_demangle_hostile);
    tcase_add_test(t, test_demangle_doubling);
    tcase_add_test(t, test_demangle_lifetimes);
    suite_add_tcase(s, t);

    return s;
}
