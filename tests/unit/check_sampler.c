/*
 * The sampler reads a family from a tree that looks like /proc and holds what
 * the real one shows only now and then: processes that vanish between two
 * reads, entries that cannot be read, names made to confuse.
 */

#include "config.h"

#include "cli/np_sampler.h"

#include <check.h>
#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_suite.h"

/* no process of this machine has such a pid */
#define ROOT 9999900

static char         proc[64];
static np_sampler_t sampler;
static const pid_t  none;


static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void) st;
    (void) flag;
    (void) ftw;
    return remove(path);
}


static void
setup(void)
{
    strcpy(proc, "/tmp/check_sampler-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(proc));
    ck_assert_int_eq(np_sampler_init(&sampler, proc, ROOT), 0);
    np_sampler_begin(&sampler, 0.01);
}


static void
teardown(void)
{
    np_sampler_fini(&sampler);
    ck_assert_int_eq(nftw(proc, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}


/* writes proc/<pid>/<name> */
static void
put(int pid, const char *name, const char *text)
{
    char  path[200], *slash;
    FILE *f;

    snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
    for (slash = path + strlen(proc) + 1; (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        (void) mkdir(path, 0755);
        *slash = '/';
    }
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}


/* a process of one thread: resident and shared pages, KiB of PSS (-1: its
 * smaps_rollup is not there) and of private dirty memory */
static void
put_process(int pid, const char *children, int resident, int shared, int pss,
            int dirty)
{
    char name[64], text[256];

    snprintf(name, sizeof(name), "task/%d/children", pid);
    put(pid, name, children);
    snprintf(text, sizeof(text), "99999 %d %d 1 0 1 0\n", resident, shared);
    put(pid, "statm", text);
    if (pss >= 0) {
        snprintf(text, sizeof(text),
                 "1000-2000 ---p 00000000 00:00 0    [rollup]\n"
                 "Rss:            %8d kB\nPss:            %8d kB\n"
                 "Pss_Dirty:          77 kB\nShared_Dirty:       77 kB\n"
                 "Private_Clean:      77 kB\nPrivate_Dirty:  %8d kB\n",
                 resident * 4, pss, dirty);
        put(pid, "smaps_rollup", text);
    }
}


START_TEST(test_family_is_summed)
{
    np_sample_t s;

    put(ROOT, "task/9999900/children", "9999901 9999902 ");
    put_process(9999901, "9999903 ", 100, 50, 300, 200);
    put_process(9999902, "", 10, 5, 30, 20);
    put_process(9999903, "", 1, 1, 3, 2);
    put_process(9999909, "", 1000, 1, 3, 2); /* no relation */
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 1.5, 1, &none), 0);
    ck_assert_uint_eq(s.processes, 3);
    ck_assert_uint_eq(s.rss, 444 * 1024);
    ck_assert_uint_eq(s.pss, 333 * 1024);
    ck_assert_uint_eq(s.dirty, 222 * 1024);
    ck_assert_double_eq(s.at, 1.5);
    ck_assert_uint_eq(s.full, 1);

    ck_assert_int_eq(np_sampler_take(&sampler, &s, 2, 0, &none), 0);
    ck_assert_uint_eq(s.rss, (uint64_t) (111 * sysconf(_SC_PAGESIZE)));
    ck_assert_uint_eq(s.full, 0);
    ck_assert_uint_eq(sampler.unreadable, 0);
    ck_assert_uint_eq(sampler.vanished, 0);
}
END_TEST


START_TEST(test_subtree_is_left_out)
{
    const pid_t except[] = {9999901, 0};
    np_sample_t s;

    put(ROOT, "task/9999900/children", "9999901 9999902");
    put_process(9999901, "9999903", 100, 50, 300, 200);
    put_process(9999902, "", 10, 5, 30, 20);
    put_process(9999903, "", 1, 1, 3, 2);
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 0, 1, except), 0);
    ck_assert_uint_eq(s.processes, 1);
    ck_assert_uint_eq(s.rss, 40 * 1024);
}
END_TEST


START_TEST(test_children_of_any_thread)
{
    np_sample_t s;

    put(ROOT, "task/9999900/children", "");
    put(ROOT, "task/9999905/children", "9999901 ");
    put(ROOT, "task/9999906/children", "9999902 ");
    put_process(9999901, "", 10, 5, 30, 20);
    put_process(9999902, "", 10, 5, 30, 20);
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 0, 1, &none), 0);
    ck_assert_uint_eq(s.processes, 2);
}
END_TEST


START_TEST(test_vanished_and_unreadable_are_survived)
{
    uint64_t    page = (uint64_t) sysconf(_SC_PAGESIZE);
    np_sample_t s;

    put(ROOT, "task/9999900/children",
        "9999901 9999902 9999903 9999904 9999905 9999906");
    put_process(9999901, "9999907", 10, 4, 30, 20);
    put_process(9999902, "", 10, 4, -1, 0); /* RSS stands in for PSS */
    /* 9999903 is gone wholly, 9999904 has its directory only */
    put(9999904, "task/9999904/children", "");
    put_process(9999905, "", 0, 0, -1, 0); /* a zombie */
    put_process(9999906, "", 10, 4, -1, 0);
    put(9999906, "statm", "garbage");
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 0, 1, &none), 0);
    ck_assert_uint_eq(s.processes, 2);
    ck_assert_uint_eq(s.rss, 40 * 1024 + 10 * page);
    ck_assert_uint_eq(s.pss, 30 * 1024 + 10 * page);
    ck_assert_uint_eq(s.dirty, 20 * 1024 + 6 * page);
    ck_assert_uint_eq(sampler.unreadable, 1);
    ck_assert_uint_eq(sampler.vanished, 4);
}
END_TEST


/* a kernel without the children files: parents are read instead */
START_TEST(test_parents_tell_the_family)
{
    np_sample_t s;

    put(9999901, "stat", "9999901 (a) S 9999900 1 1");
    put(9999902, "stat", "9999902 (evil) S 9999909 (x) R 9999901 1 1");
    put(9999903, "stat", "9999903 (other) S 1 1 1");
    put(9999904, "stat", "9999904");
    put(9999905, "stat", "");
    put(9999901, "statm", "100 10 1");
    put(9999902, "statm", "100 20 1");
    put(9999903, "statm", "100 40 1");
    put(9999904, "statm", "100 80 1");
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 0, 0, &none), 0);
    ck_assert_uint_eq(s.processes, 2);
    ck_assert_uint_eq(s.rss, (uint64_t) (30 * sysconf(_SC_PAGESIZE)));
}
END_TEST


START_TEST(test_many_children)
{
    char        children[10000];
    int         n = 0;
    np_sample_t s;

    for (int i = 1; i <= 800; i++) {
        n += snprintf(children + n, sizeof(children) - (size_t) n, "%d ",
                      8000000 + i);
    }
    put(ROOT, "task/9999900/children", children);
    put(8000001, "statm", "9 1 0");
    put(8000512, "statm", "9 1 0");
    put(8000800, "statm", "9 1 0");
    ck_assert_int_eq(np_sampler_take(&sampler, &s, 0, 0, &none), 0);
    ck_assert_uint_eq(sampler.family.n, 800);
    ck_assert_uint_eq(s.processes, 3);
}
END_TEST


/* a full sample that is too dear gives way to a light one, that to none; a
 * forced one is taken at any price */
START_TEST(test_dear_samples_are_left_out)
{
    np_run_t r;

    put(ROOT, "task/9999900/children", "9999901");
    put_process(9999901, "", 10, 5, 30, 20);
    np_run_init(&r, 0, 1);
    sampler.price[1] = 1e6;
    ck_assert_int_eq(np_sampler_tick(&sampler, &r, 10, NP_PHASE_RUN, 0, &none),
                     0);
    ck_assert_uint_eq(r.samples.n, 1);
    ck_assert_uint_eq(r.samples.v[0].full, 0);
    /* not yet due */
    ck_assert_int_eq(
        np_sampler_tick(&sampler, &r, 10.005, NP_PHASE_RUN, 0, &none), 0);
    ck_assert_uint_eq(r.samples.n, 1);
    sampler.price[0] = 1e6;
    ck_assert_int_eq(np_sampler_tick(&sampler, &r, 20, NP_PHASE_RUN, 0, &none),
                     0);
    ck_assert_uint_eq(r.samples.n, 1);
    ck_assert_int_eq(
        np_sampler_tick(&sampler, &r, 20, NP_PHASE_IDLE, 1, &none), 0);
    ck_assert_uint_eq(r.samples.n, 2);
    ck_assert_uint_eq(r.samples.v[1].full, 1);
    ck_assert_uint_eq(r.samples.v[1].phase, NP_PHASE_IDLE);
    ck_assert_double_eq(r.full_gap, 20);
    ck_assert_double_gt(r.cost, 0);
    np_run_free(&r);
}
END_TEST


/* the real /proc, with a child of vfork(): two processes, one memory */
START_TEST(test_vfork_child_counts_once)
{
    np_sampler_t real;
    np_sample_t  s;
    pid_t        middle = fork();
    int          status, twins = 0;

    if (middle == 0) {
        /* vfork()'s child would have to exec; ours may wait for its end */
        if (vfork() == 0) {
            (void) pause();
            _exit(0);
        }
        _exit(0);
    }
    ck_assert_int_eq(np_sampler_init(&real, "/proc", getpid()), 0);
    for (int i = 0; i < 2000 && !twins; i++) {
        ck_assert_int_eq(np_sampler_take(&real, &s, 0, 1, &none), 0);
        twins = real.family.n == 2;
        usleep(1000);
    }
    ck_assert_int_eq(twins, 1);
    ck_assert_int_eq(np_sampler_take(&real, &s, 0, 1, &none), 0);
    ck_assert_uint_eq(s.processes, 1);
    ck_assert_uint_gt(s.rss, 0);
    ck_assert_int_eq(kill(real.family.v[1].pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(middle, &status, 0), middle);
    np_sampler_fini(&real);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("sampler");
    TCase *t = tcase_create("tree");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_family_is_summed);
    tcase_add_test(t, test_subtree_is_left_out);
    tcase_add_test(t, test_children_of_any_thread);
    tcase_add_test(t, test_vanished_and_unreadable_are_survived);
    tcase_add_test(t, test_parents_tell_the_family);
    tcase_add_test(t, test_many_children);
    tcase_add_test(t, test_dear_samples_are_left_out);
    suite_add_tcase(s, t);

    /* not where an emulator answers for the kernel, nor ThreadSanitizer */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel alone");
    /* emulated: vfork() is fork(), and its child shares no memory */
    tcase_add_test(t, test_vfork_child_counts_once);
    suite_add_tcase(s, t);
    return s;
}
