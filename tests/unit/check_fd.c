/*
 * np_fd: descriptors where they are wanted, and none that stays behind.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_fd.h"
#include "os/np_file.h"
#include "os/np_sandbox.h"


static void
check_setup(void)
{
    errno = 77;
}


static void
check_teardown(void)
{
    ck_assert_int_eq(errno, 77);
}


START_TEST(duplicates_are_high_and_closed_on_exec)
{
    int           fd, low;
    struct rlimit r;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &r), 0);
    r.rlim_cur = 1024;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    fd = np_fd_dup_high(STDERR_FILENO);
    ck_assert_int_ge(fd, 1000);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    np_file_close(fd);

    r.rlim_cur = 64;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    low = np_fd_dup_high(STDERR_FILENO);
    ck_assert_int_ge(low, 31);
    ck_assert_int_lt(low, 64);
    np_file_close(low);

    ck_assert_int_eq(np_fd_dup_high(63), -1);
    ck_assert_int_eq(np_fd_dup_high(-1), -1);
}
END_TEST


START_TEST(files_are_told_apart)
{
    int fd = np_fd_dup_low(STDERR_FILENO), other;

    ck_assert_int_ge(fd, 3);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    other = np_fd_any();
    ck_assert_int_eq(other, fd + 1);
    ck_assert_int_eq(fcntl(other, F_GETFD), FD_CLOEXEC);
    ck_assert_uint_eq(np_fd_identity(fd), np_fd_identity(STDERR_FILENO));
    ck_assert_uint_ne(np_fd_identity(fd), 0);
    ck_assert_uint_ne(np_fd_identity(fd), np_fd_identity(other));
    np_file_close(fd);
    ck_assert_uint_eq(np_fd_identity(fd), 0);
    np_file_close(other);
    ck_assert_int_eq(np_fd_dup_low(-1), -1);
}
END_TEST


/* as many as there are, the lowest first, and nothing stays of the message */
START_TEST(many_are_made_at_once)
{
    static const int asked[] = {1, 2, NP_FD_MANY, 60};
    struct rlimit    r = {64, 1024};
    int              at[NP_FD_MANY], fd = np_fd_any(), i, n, last = fd;

    if (_i == 3) {
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    }

    n = np_fd_dup_many(fd, at, asked[_i]);

    if (_i == 3) {
        ck_assert_int_gt(n, 0);
        ck_assert_int_lt(n, 60);

    } else {
        ck_assert_int_eq(n, asked[_i]);
    }

    for (i = 0; i < n; i++) {
        ck_assert_int_gt(at[i], last);
        last = at[i];
        ck_assert_int_eq(fcntl(last, F_GETFD), FD_CLOEXEC);
        ck_assert_uint_eq(np_fd_identity(last), np_fd_identity(fd));
        np_file_close(last);
    }

    i = np_fd_dup_low(fd);
    ck_assert_int_eq(i, fd + 1);
    np_file_close(i);

    np_sandbox_seen = 1;
    ck_assert_int_eq(np_fd_dup_many(fd, at, 1), 0);
    np_sandbox_seen = 0;
    ck_assert_int_eq(np_fd_dup_many(-1, at, 1), 0);
    np_file_close(fd);
    errno = 77;
}
END_TEST


/* by one call, or one by one in a sandbox */
START_TEST(neighbours_are_closed_together)
{
    int first = dup(0), fd, i;

    np_sandbox_seen = _i;
    ck_assert_int_ge(first, 0);

    for (i = 1; i < 5; i++) {
        ck_assert_int_eq(dup(0), first + i);
    }

    np_fd_close_range(first + 1, first + 3);
    ck_assert_int_ge(fcntl(first, F_GETFD), 0);
    ck_assert_int_ge(fcntl(first + 4, F_GETFD), 0);

    for (fd = first + 1; fd <= first + 3; fd++) {
        ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    }

    np_fd_close_range(first, first);
    ck_assert_int_eq(fcntl(first, F_GETFD), -1);
    np_file_close(first + 4);
    np_sandbox_seen = 0;
    errno = 77;
}
END_TEST


START_TEST(a_pipe_is_where_it_is_wanted_or_not_at_all)
{
    static const int at[] = {600, 601};
    int              low[2], turned[2];
    char             c;

    ck_assert_int_eq(np_fd_pipe_at(at), 0);
    ck_assert_uint_ne(np_fd_identity(600), 0);
    ck_assert_uint_eq(np_fd_identity(600), np_fd_identity(601));
    ck_assert_int_eq(fcntl(600, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(601, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq((int) read(600, &c, 1), -1);
    ck_assert_int_eq(errno, EAGAIN);
    errno = 77;

    /* either taken: the other is left as it was, and nothing opened behind */
    ck_assert_int_eq(np_fd_pipe_at(at), -1);
    np_file_close(600);
    ck_assert_int_eq(np_fd_pipe_at(at), -1);
    ck_assert_uint_eq(np_fd_identity(600), 0);
    ck_assert_uint_eq(np_fd_identity(602), 0);
    np_file_close(601);

    /* the lowest there are, which the kernel gives it by itself; in turn */
    low[0] = np_fd_any();
    low[1] = np_fd_any();
    np_file_close(low[0]);
    np_file_close(low[1]);
    ck_assert_int_eq(np_fd_pipe_at(low), 0);
    np_file_close(low[0]);
    np_file_close(low[1]);
    turned[0] = low[1];
    turned[1] = low[0];
    ck_assert_int_eq(np_fd_pipe_at(turned), 0);
    ck_assert_int_eq((int) write(turned[1], &c, 1), 1);
    ck_assert_int_eq((int) read(turned[0], &c, 1), 1);
    np_file_close(low[0]);
    np_file_close(low[1]);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("fd");
    TCase *t = tcase_create("fd");

    tcase_add_checked_fixture(t, check_setup, check_teardown);
    tcase_add_test(t, duplicates_are_high_and_closed_on_exec);
    tcase_add_test(t, files_are_told_apart);
    tcase_add_loop_test(t, many_are_made_at_once, 0, 4);
    tcase_add_loop_test(t, neighbours_are_closed_together, 0, 2);
    tcase_add_test(t, a_pipe_is_where_it_is_wanted_or_not_at_all);
    suite_add_tcase(s, t);

    return s;
}
