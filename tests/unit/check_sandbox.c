/*
 * np_sandbox, and what heeds it: ranges that are purged at once.
 */

#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_mem.h"
#include "os/np_sandbox.h"

#define RANGES 10
/* <sys/mman.h> may not have it */
#define CHECK_DONTNEED_LOCKED 24

static char        *check_memory;
static size_t       check_page;
static struct iovec check_range[RANGES];


/* every other page of the memory, which is full of sevens */
static void
check_setup(void)
{
    unsigned i;

    np_sandbox_seen = 0;
    check_page = np_mem_page();
    check_memory = np_mem_map(2 * RANGES * check_page);
    ck_assert_ptr_nonnull(check_memory);
    memset(check_memory, 7, 2 * RANGES * check_page);

    for (i = 0; i < RANGES; i++) {
        check_range[i].iov_base = check_memory + 2 * i * check_page;
        check_range[i].iov_len = check_page;
    }
}


/* range i reads as zero, or as before, and what is behind it as before */
static void
check_purged(unsigned i, int purged)
{
    char *m = check_range[i].iov_base;

    ck_assert_uint_eq(check_range[i].iov_len, purged ? check_page : 0);
    ck_assert_int_eq(m[0], purged ? 0 : 7);
    ck_assert_int_eq(m[check_page - 1], purged ? 0 : 7);
    ck_assert_int_eq(m[check_page], 7);
}


START_TEST(ranges_are_purged)
{
    unsigned i;

    np_mem_purge_ranges(check_range, RANGES);

    for (i = 0; i < RANGES; i++) {
        check_purged(i, 1);
    }
}
END_TEST


START_TEST(a_range_that_is_refused_is_told)
{
    unsigned i;

    ck_assert_int_eq(np_mem_unmap(check_range[4].iov_base, check_page), 0);
    np_mem_purge_ranges(check_range, RANGES);
    ck_assert_uint_eq(check_range[4].iov_len, 0);

    for (i = 0; i < RANGES; i++) {
        if (i != 4) {
            check_purged(i, 1);
        }
    }
}
END_TEST


/* the ranges are full of sevens, and purged; in how many calls */
static unsigned long
check_purge(void)
{
    unsigned long calls = np_mem_calls();
    unsigned      i;

    for (i = 0; i < RANGES; i++) {
        check_range[i].iov_len = check_page;
        memset(check_range[i].iov_base, 7, check_page);
    }

    np_mem_purge_ranges(check_range, RANGES);

    return np_mem_calls() - calls;
}


/* the loop: the locked one is the first, or behind others */
START_TEST(locked_ranges_are_purged_where_the_kernel_can)
{
    unsigned      locked = (unsigned) _i;
    unsigned      i;
    unsigned long calls;
    int           known;

    known = madvise(check_memory, check_page, CHECK_DONTNEED_LOCKED) == 0;
    (void) check_purge();
    calls = check_purge();
    /* raw: a sanitizer makes mlock() do nothing */
    ck_assert_int_eq(
        syscall(SYS_mlock, check_range[locked].iov_base, check_page), 0);
    (void) check_purge();

    for (i = 0; i < RANGES; i++) {
        check_purged(i, known || i != locked);
    }

    /* and costs no more from then on */
    if (known) {
        ck_assert_uint_eq(check_purge(), calls);
    }
}
END_TEST


START_TEST(a_call_that_fails_is_made_up_for)
{
    unsigned i;

    np_mem_fail(NP_MEM_PURGE, 1, 0);
    np_mem_purge_ranges(check_range, RANGES);

    for (i = 0; i < RANGES; i++) {
        check_purged(i, 1);
    }
}
END_TEST


START_TEST(calls_that_fail_lose_nothing)
{
    unsigned i;

    np_mem_fail(NP_MEM_PURGE, 1, NP_MEM_EVERY);
    np_mem_purge_ranges(check_range, RANGES);
    np_mem_fail(0, 0, 0);

    for (i = 0; i < RANGES; i++) {
        check_purged(i, 0);
    }
}
END_TEST


START_TEST(in_a_sandbox_each_range_is_a_call)
{
    unsigned long calls = np_mem_calls();
    unsigned      i;

    np_sandbox_note(PR_SET_NO_NEW_PRIVS);
    np_mem_purge_ranges(check_range, RANGES);
    ck_assert_uint_eq(np_mem_calls() - calls, RANGES);

    for (i = 0; i < RANGES; i++) {
        check_purged(i, 1);
    }
}
END_TEST


START_TEST(only_what_leads_to_a_filter_counts)
{
    np_sandbox_note(PR_SET_NAME);
    np_sandbox_note(PR_SET_DUMPABLE);
    ck_assert_int_eq(np_sandbox_is_on(), 0);
    np_sandbox_note(PR_SET_SECCOMP);
    ck_assert_int_eq(np_sandbox_is_on(), 1);
}
END_TEST


START_TEST(what_the_kernel_says_at_the_start_counts)
{
    np_sandbox_init();
    ck_assert_int_eq(np_sandbox_is_on(), prctl(PR_GET_SECCOMP) != 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("sandbox");
    TCase *tc = tcase_create("ranges and sandboxes");

    tcase_add_checked_fixture(tc, check_setup, NULL);
    tcase_add_test(tc, ranges_are_purged);
    tcase_add_test(tc, a_call_that_fails_is_made_up_for);
    tcase_add_test(tc, calls_that_fail_lose_nothing);
    tcase_add_test(tc, in_a_sandbox_each_range_is_a_call);
    tcase_add_test(tc, only_what_leads_to_a_filter_counts);
    tcase_add_test(tc, what_the_kernel_says_at_the_start_counts);
    suite_add_tcase(s, tc);

    /* not where an emulator answers for the kernel */
    tc = tcase_create("kernel");
    tcase_set_tags(tc, "kernel");
    tcase_add_checked_fixture(tc, check_setup, NULL);
    /* emulated: MADV_DONTNEED of what is not mapped says 0 */
    tcase_add_test(tc, a_range_that_is_refused_is_told);
    /* emulated: MADV_DONTNEED of locked memory says 0 and does nothing */
    tcase_add_loop_test(tc, locked_ranges_are_purged_where_the_kernel_can, 0,
                        2);
    suite_add_tcase(s, tc);

    return s;
}
