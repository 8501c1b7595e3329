/*
 * np_file: names from patterns, and files with the right modes and flags.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_env.h"
#include "os/np_file.h"

static char check_dir[] = "check_file.XXXXXX";


static void
check_setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(check_dir));
    ck_assert_int_eq(chdir(check_dir), 0);
    errno = 77;
}


static void
check_teardown(void)
{
    ck_assert_int_eq(errno, 77);
    (void) unlink("a");
    (void) unlink("link");
    ck_assert_int_eq(chdir(".."), 0);
    ck_assert_int_eq(rmdir(check_dir), 0);
}


START_TEST(patterns_are_filled_in)
{
    char buf[256], want[256];

    snprintf(want, sizeof(want), "/tmp/x.%d.%s.100%%", (int) getpid(),
             np_env_command());
    ck_assert_int_eq(np_file_name(buf, sizeof(buf), "/tmp/x.%p.%n.100%%"), 0);
    ck_assert_str_eq(buf, want);
    ck_assert_int_eq(np_file_name(buf, sizeof(buf), ""), 0);
    ck_assert_str_eq(buf, "");
}
END_TEST


START_TEST(bad_patterns_are_refused)
{
    char buf[8];

    ck_assert_int_eq(np_file_name(buf, sizeof(buf), "a%s"), -1);
    ck_assert_int_eq(np_file_name(buf, sizeof(buf), "a%"), -1);
    ck_assert_int_eq(np_file_name(buf, sizeof(buf), "1234567"), 0);
    ck_assert_int_eq(np_file_name(buf, sizeof(buf), "12345678"), -1);
}
END_TEST


START_TEST(patterns_are_known)
{
    ck_assert(np_file_is_pattern(""));
    ck_assert(np_file_is_pattern("/tmp/x.%p.%n.100%%"));
    ck_assert(!np_file_is_pattern("%q.%p"));
    ck_assert(!np_file_is_pattern("%p%"));
    ck_assert(!np_file_is_pattern("%%%"));
}
END_TEST


START_TEST(folders_are_known)
{
    ck_assert_int_eq(symlink(".", "link"), 0);
    ck_assert(np_file_type(".", 1) == S_IFDIR);
    ck_assert(np_file_type("./", 1) == S_IFDIR);
    ck_assert(np_file_type("link", 1) == S_IFDIR);
    ck_assert(np_file_type("a", 1) != S_IFDIR);
    np_file_close(np_file_create("a"));
    ck_assert(np_file_type("a", 1) != S_IFDIR);
    ck_assert(np_file_type("a/", 1) != S_IFDIR);
    ck_assert(np_file_type("", 1) != S_IFDIR);
    errno = 77;
}
END_TEST


START_TEST(a_new_file_is_private_and_closed_on_exec)
{
    int         fd;
    struct stat st;

    umask(0);
    fd = np_file_create("a");
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_WRONLY);
    ck_assert_int_eq(write(fd, "abc", 3), 3);
    np_file_close(fd);
    ck_assert_int_eq(write(fd, "abc", 3), -1);

    fd = np_file_create("a");
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    np_file_close(fd);
    errno = 77;
}
END_TEST


START_TEST(links_and_missing_folders_are_refused)
{
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert_int_eq(np_file_create("link"), -ELOOP);
    ck_assert_int_eq(np_file_create("none/a"), -ENOENT);
    ck_assert_int_eq(np_file_create("."), -EISDIR);
    ck_assert_int_eq(errno, 77);
    ck_assert_int_eq(access("a", F_OK), -1);
    errno = 77;
}
END_TEST


START_TEST(files_are_read_up_to_the_limit)
{
    int  fd = np_file_create("a");
    char buf[8] = "zzzzzzz";

    ck_assert_int_eq(write(fd, "abcdef", 6), 6);
    np_file_close(fd);

    ck_assert_int_eq(np_file_read("a", buf, 4), 4);
    ck_assert_mem_eq(buf, "abcdz", 5);
    ck_assert_int_eq(np_file_read("a", buf, sizeof(buf)), 6);
    ck_assert_mem_eq(buf, "abcdef", 6);
    ck_assert_int_eq(np_file_read("/dev/null", buf, sizeof(buf)), 0);
    ck_assert_int_eq(np_file_read("none", buf, sizeof(buf)), -ENOENT);
    ck_assert_int_eq(np_file_read(".", buf, sizeof(buf)), -EISDIR);

    /* and nothing stays open: the same descriptor comes again */
    ck_assert_int_eq(np_file_create("a"), fd);
    np_file_close(fd);
}
END_TEST


START_TEST(nobody_is_waited_for)
{
    char buf[8] = "zzzzzzz";
    int  fd, reader;

    ck_assert_int_eq(mkfifo("a", 0600), 0);
    ck_assert_int_eq(np_file_create("a"), -ENXIO);
    ck_assert_int_eq(np_file_read("a", buf, sizeof(buf)), 0);
    ck_assert_int_eq(np_file_read_regular("a", buf, sizeof(buf)), -ENODEV);

    reader = open("a", O_RDONLY | O_NONBLOCK);
    fd = np_file_create("a");
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "abc", 3), 3);
    ck_assert_int_eq(read(reader, buf, sizeof(buf)), 3);
    ck_assert_int_eq(np_file_read("a", buf, sizeof(buf)), -EAGAIN);
    np_file_close(fd);
    np_file_close(reader);
    errno = 77;
}
END_TEST


/* some are longer than they say */
START_TEST(files_of_the_kernels_are_empty)
{
    char buf[8];

    ck_assert_int_eq(np_file_read_regular("/proc/self/stat", buf, 8), 0);
    errno = 77;
}
END_TEST


START_TEST(only_regular_files_are_read)
{
    char buf[8] = "zzzzzzz";
    int  fd = np_file_create("a");

    ck_assert_int_eq(np_file_read_regular("a", buf, sizeof(buf)), 0);
    ck_assert_int_eq(write(fd, "abc", 3), 3);
    ck_assert_int_eq(np_file_read_regular("a", buf, sizeof(buf)), 3);
    ck_assert_mem_eq(buf, "abcz", 4);
    ck_assert_int_eq(np_file_read_regular(".", buf, sizeof(buf)), -EISDIR);
    ck_assert_int_eq(np_file_read_regular("b", buf, sizeof(buf)), -ENOENT);
    ck_assert_int_eq(np_file_read_regular("/dev/zero", buf, sizeof(buf)),
                     -ENODEV);
    /* nothing stays open */
    np_file_close(fd);
    ck_assert_int_eq(np_file_create("a"), fd);
    np_file_close(fd);
    errno = 77;
}
END_TEST


START_TEST(words_are_found_wherever_they_stand)
{
    char     buf[16], c = 'x';
    unsigned i, k;
    int      fd;

    for (i = 0; i < 60; i++) {
        fd = np_file_create("a");

        for (k = 0; k < i; k++) {
            ck_assert_int_eq(write(fd, &c, 1), 1);
        }

        ck_assert_int_eq(write(fd, "xythe word: 123456 and more", 27), 27);
        np_file_close(fd);
        ck_assert_int_eq(np_file_find("a", "ythe word:", buf, sizeof(buf)),
                         15);
        ck_assert_str_eq(buf, " 123456 and mor");
        ck_assert_int_eq(np_file_find("a", "more", buf, sizeof(buf)), 0);
        ck_assert_str_eq(buf, "");
        ck_assert_int_eq(np_file_find("a", "none", buf, sizeof(buf)), -1);
    }

    ck_assert_int_eq(np_file_find("b", "more", buf, sizeof(buf)), -1);
    ck_assert_int_eq(np_file_create("a"), fd);
    np_file_close(fd);
    errno = 77;
}
END_TEST


START_TEST(errors_have_words)
{
    char     buf[64];
    np_out_t o;

    np_out_init(&o, -1, buf, sizeof(buf));
    np_file_why(&o, ENOSPC);
    ck_assert_str_eq(buf, "its disk is full");

    np_out_init(&o, -1, buf, sizeof(buf));
    np_file_why(&o, 4095);
    ck_assert_str_eq(buf, "error 4095 of errno(3)");
}
END_TEST


START_TEST(a_new_file_is_nobodys_before)
{
    struct stat st;
    char        buf[4] = "zzz";
    int         fd;

    umask(0);
    fd = np_file_create_new("a");
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    ck_assert_int_eq(np_file_create_new("a"), -EEXIST);
    ck_assert_uint_ne(np_file_type("a", 0), 0);
    ck_assert_uint_eq(np_file_type("b", 0), 0);
    ck_assert_int_eq(symlink("b", "link"), 0);
    ck_assert_uint_ne(np_file_type("link", 0), 0);
    ck_assert_int_eq(np_file_create_new("link"), -EEXIST);
    ck_assert_uint_eq(np_file_type("b", 0), 0);
    ck_assert_int_eq(np_file_link("link", buf, 3), 1);
    ck_assert_mem_eq(buf, "bzz", 3);
    ck_assert_int_eq(np_file_link("a", buf, 3), -1);

    ck_assert_int_eq(np_file_resize(fd, 100 << 20), 0);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_int_eq(st.st_size, 100 << 20);
    ck_assert_int_eq(st.st_blocks, 0);
    ck_assert_int_eq(np_file_resize(-1, 1), -EBADF);
    np_file_close(fd);
    np_file_remove("a");
    np_file_remove("a");
    ck_assert_uint_eq(np_file_type("a", 0), 0);
}
END_TEST


START_TEST(sizes_are_limited)
{
    struct rlimit r = {12345, RLIM_INFINITY};

    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &r), 0);
    ck_assert_uint_eq(np_file_limit(), 12345);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("file");
    TCase *t = tcase_create("file");

    tcase_add_checked_fixture(t, check_setup, check_teardown);
    tcase_add_test(t, patterns_are_filled_in);
    tcase_add_test(t, bad_patterns_are_refused);
    tcase_add_test(t, patterns_are_known);
    tcase_add_test(t, folders_are_known);
    tcase_add_test(t, a_new_file_is_private_and_closed_on_exec);
    tcase_add_test(t, links_and_missing_folders_are_refused);
    tcase_add_test(t, files_are_read_up_to_the_limit);
    tcase_add_test(t, nobody_is_waited_for);
    tcase_add_test(t, only_regular_files_are_read);
    tcase_add_test(t, words_are_found_wherever_they_stand);
    tcase_add_test(t, errors_have_words);
    tcase_add_test(t, a_new_file_is_nobodys_before);
    tcase_add_test(t, sizes_are_limited);
    suite_add_tcase(s, t);

    /* not where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel");
    tcase_add_checked_fixture(t, check_setup, check_teardown);
    /* emulated: /proc/self/stat is a file of the emulator's */
    tcase_add_test(t, files_of_the_kernels_are_empty);
    suite_add_tcase(s, t);

    return s;
}
