/*
 * Where the cgroup of a run would be, and that nothing is left behind or
 * broken where none can be made.
 */

#include "config.h"

#include "cli/np_cgroup.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"

#define MOUNTS                                                                \
    "22 1 0:20 / /proc rw - proc proc rw\n"                                   \
    "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"   \
    "31 25 0:27 / /sys/fs/other rw - tmpfs tmpfs rw\n"


START_TEST(test_it_is_located)
{
    char path[100];

    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), MOUNTS,
                                      "0::/user.slice/a b.scope\n"),
                     0);
    ck_assert_str_eq(path, "/sys/fs/cgroup/user.slice/a b.scope");
    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), MOUNTS, "0::/\n"),
                     0);
    ck_assert_str_eq(path, "/sys/fs/cgroup");
    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), MOUNTS,
                                      "4:memory:/x\n1:cpu:/\n0::/y\n"),
                     0);
    ck_assert_str_eq(path, "/sys/fs/cgroup/y");
}
END_TEST


START_TEST(test_it_is_not_there)
{
    char path[100];

    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), MOUNTS, "1:cpu:/\n"),
                     -1);
    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), MOUNTS, ""), -1);
    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path), "", "0::/\n"), -1);
    ck_assert_int_eq(np_cgroup_locate(path, sizeof(path),
                                      "1 2 0:1 / /a rw - tmpfs tmpfs rw\n",
                                      "0::/\n"),
                     -1);
    ck_assert_int_eq(np_cgroup_locate(path, 10, MOUNTS, "0::/\n"), -1);
}
END_TEST


START_TEST(test_a_directory_without_controller)
{
    char        dir[] = "/tmp/check_cgroup-XXXXXX", why[160];
    np_cgroup_t g;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    np_cgroup_init_at(&g, dir, why, sizeof(why));
    ck_assert_ptr_nonnull(strstr(why, "memory controller is not enabled"));
    np_cgroup_begin(&g);
    ck_assert_int_eq(g.procs, -1);
    ck_assert(isnan(np_cgroup_end(&g)));
    /* it is empty again */
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST


START_TEST(test_a_directory_that_is_not_there)
{
    char        why[160];
    np_cgroup_t g;

    np_cgroup_init_at(&g, "/nonexistent/cgroup", why, sizeof(why));
    ck_assert_ptr_nonnull(strstr(why, "/nonexistent/cgroup: No such file"));
    np_cgroup_begin(&g);
    ck_assert(isnan(np_cgroup_end(&g)));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("cgroup");
    TCase *t = tcase_create("cgroup");

    tcase_add_test(t, test_it_is_located);
    tcase_add_test(t, test_it_is_not_there);
    tcase_add_test(t, test_a_directory_without_controller);
    tcase_add_test(t, test_a_directory_that_is_not_there);
    suite_add_tcase(s, t);
    return s;
}
