/*
 * np_profile_start: why there is no profile is said on standard error.
 */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "profiler_fixture.h"
#include "os/np_mem.h"
#include "profile/np_profile.h"


/* what a start that fails says: in said, of n bytes */
static void
check_refused(const char *file, char *said, size_t n)
{
    np_profile_start_t start = {.file = file, .command = "x", .depth = 8};
    int                err = dup(STDERR_FILENO);
    int                fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600);
    ssize_t            bytes;
    int                rc;

    ck_assert(err >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    rc = np_profile_start(&start);
    ck_assert(dup2(err, STDERR_FILENO) >= 0);
    ck_assert_int_eq(rc, -1);
    bytes = pread(fd, said, n - 1, 0);
    ck_assert(bytes > 0);
    said[bytes] = '\0';
    ck_assert(close(fd) == 0 && close(err) == 0);
}


START_TEST(a_folder_that_is_not_there)
{
    char said[1024];

    check_refused("no/such/folder", said, sizeof(said));
    ck_assert_ptr_nonnull(strstr(said, "NGXPOOL_PROFILE_FILE"));
    ck_assert_ptr_null(strstr(said, "Linux"));
}
END_TEST


/* MADV_POPULATE_WRITE, and nothing else, is unknown */
START_TEST(a_kernel_before_5_14)
{
    char said[1024];

    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);
    check_refused("prof", said, sizeof(said));
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_nonnull(strstr(said, "Linux 5.14"));
    ck_assert_ptr_null(strstr(said, "disk"));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_profile");
    TCase *t = tcase_create("start");

    tcase_add_checked_fixture(t, check_folder_setup, check_folder_teardown);
    tcase_add_test(t, a_folder_that_is_not_there);
    tcase_add_test(t, a_kernel_before_5_14);
    suite_add_tcase(s, t);

    return s;
}
