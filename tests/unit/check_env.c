/*
 * np_env: the environment once libc has it, and before.
 *
 * The early reading happens in the resolver of an indirect function, which
 * ld.so calls while it relocates this program: libc is mapped, but environ is
 * still NULL.  Sanitizers are not up by then, so their builds leave it out.
 */

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_env.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#define CHECK_EARLY 1

static char **check_early_environ;
static int    check_early_count;
static char  *check_early_first;
static char   check_early_name[64];


static int
check_early_done(void)
{
    return 1;
}


static int (*check_early_resolve(void))(void)
{
    const char *const *e;

    check_early_environ = environ;

    for (e = np_env_list(); *e != NULL; e++) {
        if (check_early_count++ == 0) {
            check_early_first = (char *) *e;
        }
    }

    strncpy(check_early_name, np_env_command(), sizeof(check_early_name) - 1);

    return check_early_done;
}


int check_early(void) __attribute__((ifunc("check_early_resolve")));


START_TEST(before_libc_the_stack_is_read)
{
    int    n = 0;
    char **e;

    ck_assert_int_eq(check_early(), 1);
    ck_assert_ptr_null(check_early_environ);
    ck_assert_str_eq(check_early_name, program_invocation_short_name);
    ck_assert_ptr_eq(check_early_first, environ[0]);

    for (e = environ; *e != NULL; e++) {
        n++;
    }

    ck_assert_int_eq(check_early_count, n);
    ck_assert_int_gt(n, 0);
}
END_TEST

#endif


START_TEST(names_are_matched_whole)
{
    ck_assert_int_eq(setenv("NP_CHECK_NAME", "a=b", 1), 0);
    ck_assert_int_eq(setenv("NP_CHECK_EMPTY", "", 1), 0);

    ck_assert_str_eq(np_env_get("NP_CHECK_NAME"), "a=b");
    ck_assert_str_eq(np_env_get("NP_CHECK_EMPTY"), "");
    ck_assert_ptr_null(np_env_get("NP_CHECK_NAM"));
    ck_assert_ptr_null(np_env_get("NP_CHECK_NAMEX"));
    ck_assert_ptr_null(np_env_get("P_CHECK_NAME"));
}
END_TEST


START_TEST(the_programs_changes_are_seen)
{
    char  one[] = "NP_CHECK_ONE=1";
    char *list[] = {one, NULL}, **old = environ;

    environ = list;
    ck_assert_str_eq(np_env_get("NP_CHECK_ONE"), "1");
    ck_assert_ptr_null(np_env_get("PATH"));
    ck_assert_ptr_eq(np_env_list()[0], one);
    ck_assert_ptr_null(np_env_list()[1]);
    environ = old;
}
END_TEST


START_TEST(an_ordinary_process_is_not_secure)
{
    errno = 77;
    ck_assert_int_eq(np_env_is_secure(), 0);
    ck_assert_int_eq(errno, 77);
}
END_TEST


START_TEST(the_command_is_a_base_name)
{
    ck_assert_str_eq(np_env_command(), program_invocation_short_name);
    ck_assert_ptr_null(strchr(np_env_command(), '/'));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("env");
    TCase *t = tcase_create("env");

#ifdef CHECK_EARLY
    tcase_add_test(t, before_libc_the_stack_is_read);
#endif
    tcase_add_test(t, names_are_matched_whole);
    tcase_add_test(t, the_programs_changes_are_seen);
    tcase_add_test(t, an_ordinary_process_is_not_secure);
    tcase_add_test(t, the_command_is_a_base_name);
    suite_add_tcase(s, t);

    return s;
}
