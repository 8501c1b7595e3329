/*
 * Long names made short.
 */
#include "config.h"

#include "report/np_brief.h"

#include <check.h>
#include <string.h>

#include "check_suite.h"


/* long names lose what is between brackets, then their end */
START_TEST(test_brief)
{
    static const struct {
        const char *name, *brief;
    } f[] = {
        {"short<int>(int)", "short<int>(int)"},
        {"std::vector<std::basic_string<char, std::char_traits<char>, "
         "std::allocator<char> > >::push_back(int)",
         "std::vector<...>::push_back(int)"},
        {"a_name_that_is_rather_long::operator<<(std::map<int, int, "
         "std::less<int> >, "
         "int)::more()",
         "a_name_that_is_rather_long::operator<<(std::map<...>, int)::more()"},
        {"f(a_very_long_type_of_some_kind, another_very_long_type, "
         "one_more_long_type_of_some_kind)::{lambda()#1}",
         "f(...)::{lambda()#1}"},
        {"<a_very_long_type_of_some_kind as another_very_long_type>::method::"
         "and::so::on::and::so::on",
         "<...>::method::and::so::on::and::so::on"},
        {"cpps+0x2a41 (near std::basic_string<char, std::char_traits<char>, "
         "std::allocator<char> >::_M_construct<char*>(char*, char*, "
         "std::forward_iterator_tag))",
         "cpps+0x2a41 (near std::basic_string<...>::_M_construct<...>(...))"},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmno"
         "pqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
         "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmno"
         "pqrstuvwxy..."},
        {"f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f<f"
         "<f<f<f<f<f<f<f<f<f<",
         "f<..."},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        char buf[NP_BRIEF_MAX];

        ck_assert_str_eq(np_brief(f[i].name, buf), f[i].brief);
    }
}
END_TEST


/* a list has two functions of one short name, and one of them twice */
START_TEST(test_shared)
{
    static const char *const name[] = {
        "f<std::vector<int, std::allocator<int> >, std::vector<long, "
        "std::allocator<long> > >(int)",
        "f<std::vector<long, std::allocator<long> >, std::vector<int, "
        "std::allocator<int> > >(int)",
        "g<std::vector<long, std::allocator<long> >, std::vector<int, "
        "std::allocator<int> > >(int)",
    };
    static const char copy[]
        = "g<std::vector<long, std::allocator<long> >, std::vector<int, "
          "std::allocator<int> > >(int)";
    np_briefs_t t;

    memset(&t, 0, sizeof(t));
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(np_briefs_add(&t, name[i]), 0);
    }
    ck_assert_int_eq(np_briefs_add(&t, copy), 0);
    ck_assert_int_eq(np_briefs_is_shared(&t, name[0]), 1);
    ck_assert_int_eq(np_briefs_is_shared(&t, name[1]), 1);
    ck_assert_int_eq(np_briefs_is_shared(&t, name[2]), 0);
    np_briefs_fini(&t);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("brief");
    TCase *t = tcase_create("brief");

    tcase_add_test(t, test_brief);
    tcase_add_test(t, test_shared);
    suite_add_tcase(s, t);

    return s;
}
