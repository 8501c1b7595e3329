/*
 * A file that is written is there as a whole, or as it was before, whatever
 * its name stands for.
 */

#include "config.h"

#include "cli/np_replace.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"

static char ck_dir[] = "/tmp/check_replace.XXXXXX";


static void
ck_setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(ck_dir));
    ck_assert_int_eq(chmod(ck_dir, 0777), 0);
    ck_assert_int_eq(chdir(ck_dir), 0);
    umask(022);
}


static void
ck_teardown(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf %s", ck_dir);
    ck_assert_int_eq(system(command), 0);
}


static void
ck_put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}


static void
ck_is(const char *name, const char *text)
{
    char  buf[100] = "";
    FILE *f = fopen(name, "r");

    ck_assert_msg(f != NULL, "there is no %s", name);
    buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
    ck_assert_str_eq(buf, text);
    fclose(f);
}


/* "new" goes to the file; what np_replace_end() says */
static int
ck_replace(const char *name, int good)
{
    np_replace_t r;

    ck_assert_int_eq(np_replace_begin(&r, name), 0);
    fputs("new", r.f);
    return np_replace_end(&r, good);
}


static unsigned
ck_files(void)
{
    FILE    *f = popen("ls -A | wc -l", "r");
    unsigned n = 0;

    ck_assert_int_eq(fscanf(f, "%u", &n), 1);
    pclose(f);
    return n;
}


START_TEST(test_new)
{
    np_replace_t r;
    struct stat  st;

    ck_assert_int_eq(ck_replace("a", 0), 0);
    ck_assert_uint_eq(ck_files(), 0);
    ck_assert_int_eq(ck_replace("a", 1), 0);
    ck_is("a", "new");
    ck_assert_uint_eq(ck_files(), 1);
    ck_assert_int_eq(stat("a", &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0644);
    errno = 0;
    ck_assert_int_eq(np_replace_begin(&r, "none/a"), -1);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(np_replace_begin(&r, ck_dir), -1);
    ck_assert_int_eq(errno, EISDIR);
}
END_TEST


START_TEST(test_old)
{
    np_replace_t r;
    struct stat  st;

    ck_put("a", "old, and longer");
    ck_assert_int_eq(chmod("a", 0640), 0);
    ck_assert_int_eq(np_replace_begin(&r, "a"), 0);
    fputs("ne", r.f);
    ck_assert_int_eq(fflush(r.f), 0);
    ck_is("a", "old, and longer");
    ck_assert_uint_eq(ck_files(), 1);
    ck_assert_int_eq(np_replace_end(&r, 0), 0);
    ck_is("a", "old, and longer");
    ck_assert_int_eq(ck_replace("a", 1), 0);
    ck_is("a", "new");
    ck_assert_int_eq(stat("a", &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0640);
    ck_assert_uint_eq(ck_files(), 1);
}
END_TEST


START_TEST(test_links)
{
    struct stat st;

    ck_put("a", "old, and longer");
    ck_assert_int_eq(symlink("a", "soft"), 0);
    ck_assert_int_eq(ck_replace("soft", 1), 0);
    ck_assert_int_eq(lstat("soft", &st), 0);
    ck_assert_int_ne(S_ISLNK(st.st_mode), 0);
    ck_is("a", "new");
    ck_put("a", "old, and longer");
    ck_assert_int_eq(link("a", "hard"), 0);
    ck_assert_int_eq(ck_replace("hard", 1), 0);
    ck_is("a", "new");
    ck_assert_int_eq(symlink("b", "to"), 0);
    ck_assert_int_eq(ck_replace("to", 1), 0);
    ck_is("b", "new");
}
END_TEST


/* it is open already, for one that adds to it */
START_TEST(test_given)
{
    char name[40];
    int  fd;

    ck_put("a", "old, ");
    fd = open("a", O_WRONLY | O_APPEND);
    snprintf(name, sizeof(name), "/dev/fd/%d", fd);
    ck_assert_int_eq(ck_replace(name, 1), 0);
    ck_assert_int_eq(write(fd, "er", 2), 2);
    close(fd);
    ck_is("a", "old, newer");
}
END_TEST


START_TEST(test_special)
{
    struct stat st;
    char        buf[10];
    int         fd;

    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    fd = open("pipe", O_RDWR | O_NONBLOCK);
    ck_assert_int_eq(ck_replace("pipe", 1), 0);
    ck_assert_int_eq(read(fd, buf, sizeof(buf)), 3);
    close(fd);
    ck_assert_int_eq(stat("pipe", &st), 0);
    ck_assert_int_ne(S_ISFIFO(st.st_mode), 0);
    if (access("/dev/full", W_OK) == 0) {
        errno = 0;
        ck_assert_int_eq(ck_replace("/dev/full", 1), -1);
        ck_assert_int_eq(errno, ENOSPC);
    }
}
END_TEST


/* what one can do who may write some files of a folder, and not the folder */
static int
ck_as_nobody(void)
{
    np_replace_t r;

    if (geteuid() == 0 && setuid(65534) != 0) {
        return 1;
    }
    if (np_replace_begin(&r, "locked") == 0 || errno != EACCES) {
        return 2;
    }
    if (np_replace_begin(&r, "another") == 0 || errno != EACCES) {
        return 3;
    }
    return ck_replace("open", 1) == 0 ? 0 : 4;
}


START_TEST(test_folder_takes_no_file)
{
    int   status;
    pid_t child;

    ck_put("open", "old, and longer");
    ck_put("locked", "old");
    ck_assert_int_eq(chmod("open", 0666), 0);
    ck_assert_int_eq(chmod("locked", 0444), 0);
    ck_assert_int_eq(chmod(ck_dir, 0555), 0);
    child = fork();
    if (child == 0) {
        _exit(ck_as_nobody());
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(chmod(ck_dir, 0755), 0);
    ck_assert_int_eq(status, 0);
    ck_is("open", "new");
    ck_is("locked", "old");
    ck_assert_uint_eq(ck_files(), 2);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("replace");
    TCase *t = tcase_create("replace");

    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    tcase_add_test(t, test_new);
    tcase_add_test(t, test_old);
    tcase_add_test(t, test_links);
    tcase_add_test(t, test_given);
    tcase_add_test(t, test_special);
    tcase_add_test(t, test_folder_takes_no_file);
    suite_add_tcase(s, t);
    return s;
}
