/*
 * np_ahead: what is populated before it is used.
 */

#include "config.h"

#include <sys/mman.h>

#include "check_suite.h"
#include "map/np_ahead.h"
#include "os/np_mem.h"

#define PAGES 200

static char  *check_memory, *check_end;
static size_t check_page;


static void
check_setup(void)
{
    check_page = np_mem_page();
    check_memory = np_mem_map(PAGES * check_page);
    ck_assert_ptr_nonnull(check_memory);
    check_end = check_memory + PAGES * check_page;
}


/* pages that are resident: all of them in front, and how many */
static size_t
check_resident(void)
{
    unsigned char in[PAGES];
    size_t        i, n;

    ck_assert_int_eq(mincore(check_memory, PAGES * check_page, in), 0);

    for (n = 0; n < PAGES && in[n] & 1; n++) {
        /* one more */
    }

    for (i = n; i < PAGES; i++) {
        ck_assert_int_eq(in[i] & 1, 0);
    }

    return n;
}


START_TEST(who_has_little_gets_nothing)
{
    ck_assert_ptr_null(np_ahead(check_memory, check_end, NULL, 0));
    ck_assert_ptr_null(np_ahead(check_memory, check_end, NULL,
                                2 * check_page * NP_AHEAD_SHARE - 1));
    ck_assert_uint_eq(check_resident(), 0);
}
END_TEST


START_TEST(a_share_of_what_there_is)
{
    char *mark = np_ahead(check_memory, check_end, NULL,
                          2 * check_page * NP_AHEAD_SHARE);

    ck_assert_ptr_eq(mark, check_memory + 2 * check_page);
    ck_assert_uint_eq(check_resident(), 2);
}
END_TEST


START_TEST(no_more_than_the_most)
{
    char *mark = np_ahead(check_memory, check_end, NULL, SIZE_MAX / 2);

    ck_assert_ptr_eq(mark, check_memory + NP_AHEAD_MAX);
    ck_assert_uint_eq(check_resident(), NP_AHEAD_MAX / check_page);
}
END_TEST


START_TEST(nothing_behind_the_end)
{
    char *end = check_memory + check_page + 1;
    char *mark = np_ahead(check_memory + 1, end, NULL, SIZE_MAX / 2);

    ck_assert_ptr_eq(mark, check_memory + 2 * check_page);
    ck_assert_uint_eq(check_resident(), 2);
}
END_TEST


START_TEST(what_is_there_is_left_alone)
{
    unsigned long calls;
    char         *mark;

    mark = np_ahead(check_memory, check_end, NULL,
                    2 * check_page * NP_AHEAD_SHARE);
    calls = np_mem_calls();

    while (check_memory < mark) {
        ck_assert_ptr_eq(np_ahead(check_memory, check_end, mark, SIZE_MAX / 2),
                         mark);
        check_memory += check_page;
    }

    ck_assert_uint_eq(np_mem_calls(), calls);
    ck_assert_ptr_eq(np_ahead(check_memory, check_end, mark,
                              2 * check_page * NP_AHEAD_SHARE),
                     mark + 2 * check_page);
}
END_TEST


START_TEST(a_kernel_that_refuses_is_not_asked_again)
{
    unsigned long calls;
    char         *mark;

    np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);
    mark = np_ahead(check_memory, check_end, NULL, SIZE_MAX / 2);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(check_resident(), 0);

    calls = np_mem_calls();
    (void) np_ahead(mark, check_end, mark, SIZE_MAX / 2);
    ck_assert_uint_eq(np_mem_calls(), calls);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("ahead");
    TCase *tc = tcase_create("populating");

    tcase_add_checked_fixture(tc, check_setup, NULL);
    tcase_add_test(tc, what_is_there_is_left_alone);
    suite_add_tcase(s, tc);

    /* not where an emulator answers for the kernel */
    tc = tcase_create("kernel");
    tcase_set_tags(tc, "kernel");
    tcase_add_checked_fixture(tc, check_setup, NULL);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(tc, a_share_of_what_there_is);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(tc, no_more_than_the_most);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(tc, nothing_behind_the_end);
    /* emulated: mincore() tells of the machine's pages, not the emulated */
    tcase_add_test(tc, who_has_little_gets_nothing);
    /* emulated: mincore() tells of the machine's pages, not the emulated */
    tcase_add_test(tc, a_kernel_that_refuses_is_not_asked_again);
    suite_add_tcase(s, tc);

    return s;
}
