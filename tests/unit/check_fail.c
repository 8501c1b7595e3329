/*
 * np_fail: in the debug build NGXPOOL_FAIL refuses the call that it names and
 * says so once; in others there is no such option.
 */

#include "config.h"

#include "os/np_fail.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_mem.h"
#include "os/np_options.h"

static char check_said[4096];


static void
check_begin(const char *value)
{
    char   entry[128];
    char  *list[] = {entry, NULL};
    char **old = environ;

    snprintf(entry, sizeof(entry), "NGXPOOL_FAIL=%s", value);
    environ = list;
    check_stderr_begin();
    np_options_init();
    check_stderr_end(check_said, sizeof(check_said));
    environ = old;
}


#ifdef NP_DEBUG

/* whether each of four mappings is refused, as a text of 0 and 1 */
static const char *
check_maps(void)
{
    static char refused[5];
    void       *m;
    int         i;

    check_stderr_begin();

    for (i = 0; i < 4; i++) {
        m = np_mem_map(np_mem_page());
        refused[i] = m == NULL ? '1' : '0';

        if (m != NULL) {
            (void) np_mem_unmap(m, np_mem_page());
        }
    }

    check_stderr_end(check_said, sizeof(check_said));

    return refused;
}


START_TEST(one_call_is_refused)
{
    check_begin("map:3");
    ck_assert_str_eq(check_said, "");
    ck_assert_str_eq(check_maps(), "0010");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_FAIL=map:3: refused\n");
}
END_TEST


START_TEST(all_later_calls_are_refused_and_told_once)
{
    check_begin("map:2+");
    ck_assert_str_eq(check_maps(), "0111");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_FAIL=map:2+: refused\n");
    ck_assert_str_eq(check_maps(), "1111");
    ck_assert_str_eq(check_said, "");
}
END_TEST


START_TEST(other_kinds_do_not_count)
{
    check_begin("purge:1+");
    ck_assert_str_eq(check_maps(), "0000");
    ck_assert_str_eq(check_said, "");
    /* map, unmap, map, unmap (refused), map, ... */
    check_begin("any:4");
    ck_assert_str_eq(check_maps(), "0000");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_FAIL=any:4: refused\n");
}
END_TEST


START_TEST(what_is_not_allowed_is_told_and_off)
{
    static const char *const bad[]
        = {"map",    "map:", "map:0", "map:1-", "map:1++",
           "mmap:1", ":1",   "3",     "map:x",  "map:99999999999"};
    size_t i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        check_begin(bad[i]);
        ck_assert_int_eq(check_lines(check_said), 1);
        ck_assert_ptr_nonnull(strstr(check_said, bad[i]));
        ck_assert_ptr_nonnull(strstr(check_said, "allowed: map|unmap|"));
        ck_assert_str_eq(check_maps(), "0000");
        ck_assert_str_eq(check_said, "");
    }
}
END_TEST

#else

START_TEST(there_is_no_such_option)
{
    void *m;

    check_begin("map:1+");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_FAIL: no such option; "
                                 "NGXPOOL_HELP=1 shows them\n");
    m = np_mem_map(np_mem_page());
    ck_assert_ptr_nonnull(m);
    (void) np_mem_unmap(m, np_mem_page());
}
END_TEST

#endif


Suite *
check_suite(void)
{
    Suite *s = suite_create("fail");
    TCase *t = tcase_create("fail");

#ifdef NP_DEBUG
    tcase_add_test(t, one_call_is_refused);
    tcase_add_test(t, all_later_calls_are_refused_and_told_once);
    tcase_add_test(t, other_kinds_do_not_count);
    tcase_add_test(t, what_is_not_allowed_is_told_and_off);
#else
    tcase_add_test(t, there_is_no_such_option);
#endif
    suite_add_tcase(s, t);

    return s;
}
