/*
 * The profiles of a run: found by their pattern and age, the command's own
 * chosen, gzipped in place; and the arguments of `ngxpool run`.
 */

#include "config.h"

#include "cli/np_compact.h"
#include "cli/np_outputs.h"
#include "cli/np_run_options.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"
#include "profile_maker.h"
#include "report/np_profile.h"

static char ck_dir[] = "/tmp/check_outputs.XXXXXX";


static void
ck_setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(ck_dir));
    ck_assert_int_eq(chdir(ck_dir), 0);
}


static void
ck_teardown(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf %s", ck_dir);
    ck_assert_int_eq(system(command), 0);
}


static void
ck_profile(const char *name, uint32_t pid, uint64_t wall, uint64_t bytes)
{
    maker_t *m = maker_create(0);

    maker_argument(m, "/usr/bin/some\033th\302\233ng");
    maker_header(m)->pid = pid;
    maker_header(m)->wall = wall;
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0x1000)), 0, bytes, 1);
    ck_assert_int_eq(maker_write(m, name), 0);
    maker_destroy(m);
}


START_TEST(test_absolute)
{
    char *cwd = getcwd(NULL, 0), want[300];
    char *got = np_outputs_absolute("a.%p");

    snprintf(want, sizeof(want), "%s/a.%%p", cwd);
    ck_assert_str_eq(got, want);
    free(got);
    got = np_outputs_absolute("/x/%n");
    ck_assert_str_eq(got, "/x/%n");
    free(got);
    ck_assert_int_eq(mkdir("50%p", 0700), 0);
    ck_assert_int_eq(chdir("50%p"), 0);
    got = np_outputs_absolute("a");
    snprintf(want, sizeof(want), "%s/50%%%%p/a", cwd);
    ck_assert_str_eq(got, want);
    free(got);
    free(cwd);
}
END_TEST


static int
ck_has_birth(const char *name)
{
    struct statx x;

    return statx(AT_FDCWD, name, 0, STATX_BTIME, &x) == 0
           && (x.stx_mask & STATX_BTIME) != 0;
}


START_TEST(test_find)
{
    np_outputs_t o;
    uint64_t     since;
    char        *pattern = np_outputs_absolute("x[1].%p.%n.prof");

    /* in the same second, but before; where files have a time of birth */
    ck_profile("x[1].18.sh.prof", 18, np_outputs_now(), 100);
    if (!ck_has_birth("x[1].18.sh.prof")) {
        unlink("x[1].18.sh.prof");
    }
    usleep(20000);
    since = np_outputs_now();
    ck_profile("x[1].10.sh.prof", 10, since + 1, 100);
    ck_profile("x[1].11.cc1.prof", 11, since + 3, 9000);
    ck_profile("x[1].10.sh.prof.1", 10, since + 2, 200);
    /* not of this run, not of this pattern, no profile */
    ck_profile("x[1].12.sh.prof", 12, since - 1000000000, 100);
    ck_profile("x1.13.sh.prof", 13, since + 1, 100);
    ck_profile("x[1].zz.sh.prof", 14, since + 1, 100);
    ck_assert_int_eq(system("echo nothing >'x[1].15.sh.prof'"), 0);
    ck_assert_int_eq(symlink("x[1].10.sh.prof", "x[1].16.sh.prof"), 0);
    ck_assert_int_eq(mkdir("x[1].17.sh.prof", 0700), 0);
    ck_assert_int_eq(np_outputs_find(&o, pattern, since, 10), 0);
    ck_assert_uint_eq(o.n, 3);
    ck_assert_ptr_nonnull(strstr(o.v[0].path, "/x[1].10.sh.prof"));
    ck_assert_ptr_nonnull(strstr(o.v[1].path, "/x[1].10.sh.prof.1"));
    ck_assert_ptr_nonnull(strstr(o.v[2].path, "/x[1].11.cc1.prof"));
    ck_assert_uint_eq(o.main, 1);
    ck_assert_uint_eq(o.v[2].peek.pid, 11);
    ck_assert_uint_eq(o.v[2].allocated, 9000);
    ck_assert_str_eq(o.v[2].peek.name, "some th??ng");
    ck_assert_int_eq(o.v[2].running, 0);
    np_outputs_free(&o);
    /* without one of its own, the busiest */
    ck_assert_int_eq(np_outputs_find(&o, pattern, since, 99), 0);
    ck_assert_uint_eq(o.main, 2);
    np_outputs_free(&o);
    free(pattern);
}
END_TEST


/* one that was forked when 900 MB had been allocated, and has allocated
 * some itself; interval as in maker_create() */
static void
ck_forked(const char *name, uint32_t pid, uint64_t interval)
{
    maker_t          *m = maker_create(interval);
    uint32_t          site = maker_site(m, maker_frame(m, 0, 0x1000));
    np_format_site_t *s = maker_site_at(m, site);

    maker_header(m)->pid = pid;
    maker_header(m)->clock = 900000000;
    s->live_bytes = s->inherited_bytes = 900000000;
    s->live_objects = s->inherited_objects = maker_header(m)->scale;
    maker_alloc(m, site, 0, 10, 1);
    /* more than are read at once */
    for (unsigned i = 0; i < 500; i++) {
        maker_alloc(m, maker_site(m, maker_node(m, 0, 0x2000 + i)), 0, i, 1);
    }
    ck_assert_int_eq(maker_write(m, name), 0);
    maker_destroy(m);
}


/* a child's figure is what it allocated itself, as in its report; so a child
 * that did little is not taken for the busiest */
START_TEST(test_forked)
{
    const uint64_t interval[] = {0, 65536};
    char           err[NP_PROFILE_ERROR], *pattern;
    np_outputs_t   o;
    np_profile_t  *p;

    pattern = np_outputs_absolute("x.%p");
    for (int i = 0; i < 2; i++) {
        ck_forked("x.10", 10, interval[i]);
        ck_profile("x.11", 11, 1700000000000000000ull, 150000000);
        ck_assert_int_eq(np_outputs_find(&o, pattern, 0, 99), 0);
        ck_assert_uint_eq(o.n, 2);
        ck_assert_uint_eq(o.v[0].peek.pid, 10);
        p = np_profile_load("x.10", err);
        ck_assert_msg(p != NULL, "%s", err);
        ck_assert_double_eq((double) o.v[0].allocated, p->total.total.bytes);
        ck_assert_int_eq(o.v[0].allocated == 10 + 499 * 500 / 2,
                         interval[i] == 0);
        ck_assert_uint_eq(o.main, 1);
        np_profile_free(p);
        np_outputs_free(&o);
    }
    free(pattern);
}
END_TEST


/* of a damaged file nothing is known */
START_TEST(test_damaged)
{
    const np_format_table_t bad[] = {
        {UINT64_MAX, sizeof(np_format_site_t), 100, 17, 0},
        {sizeof(np_format_header_t), 8, 100, 17, 0},
        {sizeof(np_format_header_t), UINT32_MAX, 100, 17, 0},
        {sizeof(np_format_header_t), sizeof(np_format_site_t), 16, 17, 0},
        {sizeof(np_format_header_t), sizeof(np_format_site_t), UINT32_MAX,
         UINT32_MAX, 0},
        {1 << 30, sizeof(np_format_site_t), 100, 17, 0},
        /* 64 GiB of holes, which nobody shall wait for */
        {4096, 65536, 1 << 20, 1 << 20, 0},
    };
    const off_t at = offsetof(np_format_header_t, table)
                     + NP_TABLE_SITES * sizeof(bad[0]);
    int fd;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_profile("a.prof", 1, 1, 100);
        fd = open("a.prof", O_RDWR);
        ck_assert_uint_eq(np_peek_allocated(fd), 100);
        ck_assert_int_eq(pwrite(fd, &bad[i], sizeof(bad[i]), at),
                         sizeof(bad[i]));
        ck_assert_int_eq(ftruncate(fd, (off_t) 1 << 37), 0);
        ck_assert_uint_eq(np_peek_allocated(fd), 0);
        close(fd);
    }
}
END_TEST


/* of a process that has not said that it has ended; all may read it */
static void
ck_unfinished(const char *name, uint32_t pid)
{
    const uint32_t ended = NP_ENDED_NOT;
    int            fd;

    ck_profile(name, pid, 1, 100);
    fd = open(name, O_WRONLY);
    ck_assert_int_eq(pwrite(fd, &ended, sizeof(ended),
                            (off_t) offsetof(np_format_header_t, ended)),
                     sizeof(ended));
    ck_assert_int_eq(fchmod(fd, 0644), 0);
    close(fd);
}


/* whether the profile of a process counts as one that is still written, as
 * nobody sees it, who may not look into processes of others */
static int
ck_runs_for_nobody(const char *name)
{
    np_outputs_t o;
    int          status;
    pid_t        child = fork();

    if (child == 0) {
        if ((geteuid() == 0 && setuid(65534) != 0)
            || np_outputs_find(&o, name, 0, 1) != 0 || o.n != 1) {
            _exit(99);
        }
        _exit(o.v[0].running);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) != 99);
    return WEXITSTATUS(status);
}


START_TEST(test_running)
{
    char name[100];
    int  maps;

    snprintf(name, sizeof(name), "%s/a.prof", ck_dir);
    ck_unfinished(name, 0x7ffffff0);
    ck_assert_int_eq(chmod(ck_dir, 0755), 0);
    ck_assert_int_eq(ck_runs_for_nobody(name), 0);
    unlink(name);
    maps = open("/proc/1/maps", O_RDONLY);
    close(maps);
    if (geteuid() != 0 && maps != -1) {
        /* all processes are ours */
        return;
    }
    ck_unfinished(name, 1);
    ck_assert_int_eq(ck_runs_for_nobody(name), 1);
}
END_TEST


/* mapped by a process of whose number here the profile does not know */
START_TEST(test_running_elsewhere)
{
    np_outputs_t o;
    char         name[100];
    void        *m = NULL;
    int          fd;

    snprintf(name, sizeof(name), "%s/a.prof", ck_dir);
    ck_unfinished(name, 0x7ffffff0);
    for (int mapped = 0; mapped < 2; mapped++) {
        if (mapped) {
            fd = open(name, O_RDWR);
            m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            ck_assert_ptr_ne(m, MAP_FAILED);
            close(fd);
        }
        ck_assert_int_eq(np_outputs_find(&o, name, 0, 1), 0);
        ck_assert_uint_eq(o.n, 1);
        ck_assert_int_eq(o.v[0].running, mapped);
        np_outputs_free(&o);
    }
    ck_assert_int_eq(munmap(m, 4096), 0);
}
END_TEST


START_TEST(test_none)
{
    np_outputs_t o;

    ck_assert_int_eq(np_outputs_find(&o, "/no/such/%p", 0, 1), 0);
    ck_assert_uint_eq(o.n, 0);
    np_outputs_free(&o);
}
END_TEST


START_TEST(test_compact)
{
    struct stat   before, after;
    char          err[NP_PROFILE_ERROR];
    np_profile_t *p;

    ck_profile("a.prof", 1, 1, 12345);
    ck_assert_int_eq(chmod("a.prof", 0640), 0);
    ck_assert_int_eq(stat("a.prof", &before), 0);
    ck_assert_int_eq(np_compact("a.prof"), 0);
    ck_assert_int_eq(stat("a.prof", &after), 0);
    ck_assert_int_lt(after.st_size, before.st_size / 4);
    ck_assert_uint_eq(after.st_mode, before.st_mode);
    ck_assert_int_eq(system("test $(ls -A | wc -l) = 1"), 0);
    p = np_profile_load("a.prof", err);
    ck_assert_msg(p != NULL, "%s", err);
    ck_assert_uint_eq(p->header.version, NP_FORMAT_CODED);
    ck_assert_uint_eq(p->header.clock, 12345);
    np_profile_free(p);
}
END_TEST


START_TEST(test_compact_fails)
{
    errno = 0;
    ck_assert_int_eq(np_compact("no.prof"), -1);
    ck_assert_int_eq(errno, ENOENT);
    ck_profile("a.prof", 1, 1, 12345);
    ck_assert_int_eq(symlink("a.prof", "link.prof"), 0);
    ck_assert_int_eq(np_compact("link.prof"), -1);
    ck_assert_int_eq(errno, ELOOP);
    ck_assert_int_eq(system("test $(ls -A | wc -l) = 2"), 0);
}
END_TEST


static int
ck_parse(np_run_options_t *o, const char *text, char *err)
{
    static char  copy[500];
    static char *argv[40];
    char        *at = copy;
    int          argc = 0;

    snprintf(copy, sizeof(copy), "run%s%s", *text != '\0' ? " " : "", text);
    while ((argv[argc] = strsep(&at, " ")) != NULL) {
        argc++;
    }
    return np_run_options_parse(o, argc, argv, err, 300);
}


START_TEST(test_options)
{
    np_run_options_t o;
    char             err[300];

    ck_assert_int_eq(ck_parse(&o, "ls -l", err), 0);
    ck_assert_str_eq(o.profile, "exact");
    ck_assert_str_eq(o.output, "ngxpool.%p.prof");
    ck_assert_int_eq(o.follow, 1);
    ck_assert_ptr_null(o.only);
    ck_assert_ptr_null(o.report);
    ck_assert_uint_eq(o.depth, 0);
    ck_assert_str_eq(o.command[0], "ls");
    ck_assert_str_eq(o.command[1], "-l");
    ck_assert_int_eq(ck_parse(&o,
                              "--profile=sample:64k -o x --report=- --depth "
                              "256 --no-follow --only cc1 --report-all -- -x",
                              err),
                     0);
    ck_assert_str_eq(o.profile, "sample:64k");
    ck_assert_str_eq(o.output, "x");
    ck_assert_str_eq(o.report, "-");
    ck_assert_uint_eq(o.depth, 256);
    ck_assert_int_eq(o.follow, 0);
    ck_assert_str_eq(o.only, "cc1");
    ck_assert_int_eq(o.report_all, 1);
    ck_assert_str_eq(o.command[0], "-x");
    ck_assert_int_eq(ck_parse(&o, "--advice a -n 7 ls", err), 0);
    ck_assert_uint_eq(o.runs, 7);
    ck_assert_int_eq(ck_parse(&o, "--advice a ls", err), 0);
    ck_assert_uint_eq(o.runs, 3);
}
END_TEST


START_TEST(test_options_refused)
{
    static const char *const bad[] = {
        "",
        "--",
        "--nonsense ls",
        "-o",
        "-o  ls",
        "-o %d ls",
        "-o x% ls",
        "--profile=off ls",
        "--profile= ls",
        "--profile=sample: ls",
        "--profile=sample:-5 ls",
        "--profile=sample:0 ls",
        "--profile=sample:1t ls",
        "--profile=sample:1kk ls",
        "--profile=sample:1025g ls",
        "--profile=sample:1048577M ls",
        "--profile=sample:99999999999999999999 ls",
        "--profile=sample:1099511627777 ls",
        "--profile=exact:5 ls",
        "--depth 0 ls",
        "--depth 257 ls",
        "--depth x ls",
        "--depth -1 ls",
        "--only a/b ls",
        "-n 3 ls",
        "--advice a -n 0 ls",
        "--advice a --profile=exact ls",
        "--advice a -o x ls",
        "--advice a --report=x ls",
        "--advice a --only x ls",
        "--no-report --report=x ls",
        "--no-report --report-all ls",
    };
    np_run_options_t o;
    char             err[300];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err[0] = '\0';
        ck_assert_msg(ck_parse(&o, bad[i], err) == -1, "accepted: %s", bad[i]);
        ck_assert_msg(err[0] != '\0' && strchr(err, '\n') == NULL, "%s: '%s'",
                      bad[i], err);
    }
    ck_assert_int_eq(np_run_profile_is_valid("sample:1"), 1);
    ck_assert_int_eq(np_run_profile_is_valid("sample:1m"), 1);
    ck_assert_int_eq(np_run_profile_is_valid("samples"), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("outputs");
    TCase *t = tcase_create("outputs");

    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    tcase_add_test(t, test_absolute);
    tcase_add_test(t, test_find);
    tcase_add_test(t, test_forked);
    tcase_add_test(t, test_damaged);
    tcase_add_test(t, test_running);
    tcase_add_test(t, test_running_elsewhere);
    tcase_add_test(t, test_none);
    tcase_add_test(t, test_compact);
    tcase_add_test(t, test_compact_fails);
    suite_add_tcase(s, t);
    t = tcase_create("options");
    tcase_add_test(t, test_options);
    tcase_add_test(t, test_options_refused);
    suite_add_tcase(s, t);
    return s;
}
