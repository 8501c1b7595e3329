/*
 * np_clock and np_proc: that they agree with what libc and /proc say.
 */

#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_clock.h"
#include "os/np_mem.h"
#include "os/np_proc.h"


START_TEST(clocks_do_not_go_back)
{
    int             i;
    time_t          before, after;
    int64_t         wall;
    uint64_t        a, b, ms;
    struct timespec t;

    for (i = 0; i < 1000; i++) {
        a = np_clock_ns();
        b = np_clock_ns();
        ck_assert_uint_le(a, b);
    }

    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC_COARSE, &t), 0);
    ms = np_clock_coarse_ms();
    ck_assert_uint_ge(ms, (uint64_t) t.tv_sec * 1000
                              + (uint64_t) t.tv_nsec / 1000000);
    ck_assert_uint_le(ms, np_clock_coarse_ms());

    /* the coarse clock is the other one, late by a tick at the most */
    ck_assert_uint_le(ms * 1000000, np_clock_ns());

    ck_assert_int_eq(clock_gettime(CLOCK_REALTIME, &t), 0);
    before = t.tv_sec;
    wall = (int64_t) (np_clock_wall_ns() / 1000000000u);
    ck_assert_int_eq(clock_gettime(CLOCK_REALTIME, &t), 0);
    after = t.tv_sec;
    ck_assert(before <= wall && wall <= after);
}
END_TEST


START_TEST(processor_time_grows_with_work)
{
    uint64_t user, sys, u, s;

    np_clock_cpu_us(&user, &sys);

    do {
        np_clock_cpu_us(&u, &s);
        ck_assert_uint_ge(u, user);
        ck_assert_uint_ge(s, sys);
    } while (u + s == user + sys);
}
END_TEST


static void *
check_tid(void *arg)
{
    *(int *) arg = np_proc_tid();

    return NULL;
}


START_TEST(ids_are_asked_anew)
{
    int       tid, status;
    pid_t     pid;
    pthread_t t;

    ck_assert_int_eq(np_proc_pid(), getpid());
    ck_assert_int_eq(np_proc_tid(), getpid());

    ck_assert_int_eq(pthread_create(&t, NULL, check_tid, &tid), 0);
    ck_assert_int_eq(pthread_join(t, NULL), 0);
    ck_assert_int_ne(tid, np_proc_tid());

    pid = fork();

    if (pid == 0) {
        _exit(np_proc_pid() == getpid() && getpid() != getppid() ? 7 : 1);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}
END_TEST


START_TEST(memory_in_use_is_seen)
{
    char            *m;
    size_t           i, n = (size_t) 32 << 20;
    np_proc_memory_t a, b, c;

    errno = 77;
    np_proc_memory(&a);
    m = np_mem_map(n);
    ck_assert_ptr_nonnull(m);
    /* one fault a page */
    (void) np_mem_huge(m, n, 0);

    for (i = 0; i < n; i += np_mem_page()) {
        m[i] = 1;
    }

    np_proc_memory(&b);
    ck_assert_int_eq(np_mem_unmap(m, n), 0);
    np_proc_memory(&c);
    ck_assert_int_eq(errno, 77);

    /* the kernel counts in batches: allow a quarter */
    ck_assert_uint_gt(a.rss, 0);
    ck_assert_uint_gt(b.rss, a.rss + n / 4 * 3);
    ck_assert_uint_lt(c.rss, b.rss - n / 4 * 3);
    ck_assert_uint_gt(c.peak, a.rss + n / 4 * 3);
    ck_assert_uint_ge(b.minor_faults - a.minor_faults,
                      n / np_mem_page() / 4 * 3);
    ck_assert_uint_ge(b.major_faults, a.major_faults);
}
END_TEST


START_TEST(the_break_is_where_sbrk_says)
{
    char *now = sbrk(0);
    char *start = (char *) np_proc_break_start();

    ck_assert_ptr_eq((void *) np_proc_break_end(), now);
    ck_assert_ptr_nonnull(start);
    ck_assert_int_eq(start <= now, 1);
    ck_assert_ptr_eq(sbrk(8192), now);
    ck_assert_ptr_eq((void *) np_proc_break_end(), now + 8192);
    ck_assert_ptr_eq((void *) np_proc_break_start(), start);

    /* with a name of the process that looks like fields */
    ck_assert_int_eq(prctl(PR_SET_NAME, "a) 1 2 3 (b)"), 0);
    ck_assert_ptr_eq((void *) np_proc_break_start(), start);
}
END_TEST


START_TEST(random_numbers_differ)
{
    int      i, k;
    uint64_t v[64], ones = 0, zeros = 0;

    errno = 77;

    for (i = 0; i < 64; i++) {
        v[i] = np_proc_random();
        ones |= v[i];
        zeros |= ~v[i];

        for (k = 0; k < i; k++) {
            ck_assert_uint_ne(v[i], v[k]);
        }
    }

    /* no bit is stuck */
    ck_assert_uint_eq(ones, UINT64_MAX);
    ck_assert_uint_eq(zeros, UINT64_MAX);
    ck_assert_int_eq(errno, 77);
}
END_TEST


/* the first two numbers of a child that asked for no randomisation */
static void
check_fixed(uint64_t v[2])
{
    int   fd[2], status;
    pid_t pid;

    ck_assert_int_eq(pipe(fd), 0);
    pid = fork();

    if (pid == 0) {
        if (personality(ADDR_NO_RANDOMIZE) == -1) {
            _exit(1);
        }

        v[0] = np_proc_random();
        v[1] = np_proc_random();
        _exit(write(fd[1], v, 16) == 16 ? 7 : 1);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    ck_assert_int_eq(read(fd[0], v, 16), 16);
    close(fd[0]);
    close(fd[1]);
}


START_TEST(without_randomisation_runs_are_alike)
{
    uint64_t a[2], b[2];

    check_fixed(a);
    check_fixed(b);
    ck_assert_uint_eq(a[0], b[0]);
    ck_assert_uint_eq(a[1], b[1]);
    ck_assert_uint_ne(a[0], a[1]);
}
END_TEST


START_TEST(the_mix_is_splitmix64)
{
    /* the first outputs of the reference with seeds 0 and 1234567 */
    ck_assert_uint_eq(np_proc_mix(0), 0xe220a8397b1dcdafu);
    ck_assert_uint_eq(np_proc_mix(1234567), 6457827717110365317u);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("clock and proc");
    TCase *t = tcase_create("clock and proc");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, clocks_do_not_go_back);
    tcase_add_test(t, processor_time_grows_with_work);
    tcase_add_test(t, ids_are_asked_anew);
    tcase_add_test(t, the_break_is_where_sbrk_says);
    tcase_add_test(t, random_numbers_differ);
    tcase_add_test(t, without_randomisation_runs_are_alike);
    tcase_add_test(t, the_mix_is_splitmix64);
    suite_add_tcase(s, t);

    /* not where an emulator answers for the kernel */
    t = tcase_create("page size");
    tcase_set_tags(t, "page_size");
    tcase_set_timeout(t, 240);
    /* emulated: /proc/self/statm counts by the machine's pages */
    tcase_add_test(t, memory_in_use_is_seen);
    suite_add_tcase(s, t);

    return s;
}
