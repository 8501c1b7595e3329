/*
 * np_libc: what is looked up is libc's own, and an address is named by its
 * module.
 */

#include "config.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "check_suite.h"
#include "os/np_env.h"
#include "os/np_libc.h"


START_TEST(functions_are_found_in_the_libraries_behind)
{
    ck_assert_ptr_eq(np_libc_find("getpid"), dlsym(RTLD_DEFAULT, "getpid"));
    ck_assert_ptr_nonnull(np_libc_find("__libc_free"));
    ck_assert_ptr_nonnull(np_libc_find("__libc_realloc"));
    ck_assert_ptr_null(np_libc_find("np_libc_no_such_function"));
}
END_TEST


START_TEST(an_address_is_named_by_its_module)
{
    char     where[128], want[128];
    char    *s;
    Dl_info  info;
    void    *libc = np_libc_find("getpid");
    unsigned n;

    ck_assert_int_ne(dladdr(libc, &info), 0);
    np_libc_where((char *) libc + 3, where, sizeof(where));
    snprintf(want, sizeof(want), "libc.so.6+0x%zx",
             (size_t) ((char *) libc + 3 - (char *) info.dli_fbase));
    ck_assert_str_eq(where, want);

    /* the program has no name of its own in the linker's list */
    np_libc_where((void *) check_suite, where, sizeof(where));
    snprintf(want, sizeof(want), "%s+0x", np_env_command());
    ck_assert_int_eq(strncmp(where, want, strlen(want)), 0);

    /* what does not fit is cut */
    for (n = 1; n < 20; n++) {
        s = malloc(n);
        ck_assert_ptr_nonnull(s);
        np_libc_where(libc, s, n);
        ck_assert_uint_lt(strlen(s), n);
        free(s);
    }
}
END_TEST


START_TEST(an_address_of_no_module_is_a_number)
{
    char  where[64], want[64];
    void *m = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(m, MAP_FAILED);
    np_libc_where(m, where, sizeof(where));
    snprintf(want, sizeof(want), "%p", m);
    ck_assert_str_eq(where, want);
    np_libc_where((void *) 0xdead000000000000u, where, sizeof(where));
    ck_assert_str_eq(where, "0xdead000000000000");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("libc");
    TCase *t = tcase_create("libc");

    tcase_add_test(t, functions_are_found_in_the_libraries_behind);
    tcase_add_test(t, an_address_is_named_by_its_module);
    tcase_add_test(t, an_address_of_no_module_is_a_number);
    suite_add_tcase(s, t);

    return s;
}
