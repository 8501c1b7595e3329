/*
 * np_run: the bitmaps against a model with a byte a granule.  The model knows
 * nothing of hints: it looks for the lowest hole from the start each time.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "map/np_run.h"
#include "map/np_window.h"
#include "os/np_mem.h"

/* whole pages of any size */
#define CHECK_GRANULES 56320
#define CHECK_RUNS     400

/* what the model knows of each granule and of each page */
static unsigned char check_in_use[CHECK_GRANULES];
static unsigned char check_dirty[CHECK_GRANULES];
static size_t        check_page;

static struct {
    size_t g;
    size_t n; /* 0: no run */
} check_run[CHECK_RUNS];


static void
check_setup(void)
{
    ck_assert_int_eq(np_window_init(), 0);
    check_page = np_mem_page() >> NP_GRANULE_SHIFT;
    memset(check_in_use, 1, np_window.first);
}


static size_t
check_model_find(size_t n, size_t align)
{
    size_t g, i;

    for (g = 0; g + n <= CHECK_GRANULES; g = np_align_up(g + i + 1, align)) {
        for (i = n; i > 0 && !check_in_use[g + i - 1]; i--) {
            /* the last granule in use of those that n would take */
        }

        if (i == 0) {
            return g;
        }

        i--;
    }

    return NP_RUN_NONE;
}


/* the model takes the run; what it says of zero */
static int
check_model_take(size_t g, size_t n)
{
    size_t i;
    int    zero = 1;

    memset(check_in_use + g, 1, n);

    for (i = g / check_page; i <= (g + n - 1) / check_page; i++) {
        zero &= !check_dirty[i];
        check_dirty[i] = 1;
    }

    return zero;
}


/* the counters are what the model adds up to */
static void
check_counters(void)
{
    size_t g, used = 0, dirty = 0;

    for (g = np_window.first; g < CHECK_GRANULES; g++) {
        used += check_in_use[g];
        dirty += !check_in_use[g] && check_dirty[g / check_page];
    }

    ck_assert_uint_eq(np_run_counters.used, used);
    ck_assert_uint_eq(np_run_counters.dirty_free, dirty);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);
}


static void
check_model_purge(void)
{
    size_t page, i, n, bytes = 0;

    for (page = 0; page < CHECK_GRANULES / check_page; page++) {
        for (i = 0, n = 0; i < check_page; i++) {
            n += check_in_use[page * check_page + i];
        }

        if (n == 0 && check_dirty[page]) {
            check_dirty[page] = 0;
            bytes += np_mem_page();
        }
    }

    ck_assert_uint_eq(np_run_purge_locked(), bytes);
    ck_assert_uint_eq(np_run_purge_locked(), 0);
}


/* what the program would do with the run */
static void
check_write(size_t g, size_t n)
{
    memset(np_window_address(g), 0x5a, n << NP_GRANULE_SHIFT);
}


static void
check_one_alloc(size_t i, size_t n, size_t align)
{
    size_t want = check_model_find(n, align);
    size_t g;
    int    zero;

    if (want == NP_RUN_NONE) {
        return;
    }

    g = np_run_alloc_locked(n, align, &zero);
    ck_assert_uint_eq(g, want);
    ck_assert_int_eq(zero, check_model_take(g, n));

    if (zero) {
        ck_assert(check_all(np_window_address(g), 0, n << NP_GRANULE_SHIFT));
    }

    check_write(g, n);
    check_run[i].g = g;
    check_run[i].n = n;
}


static void
check_one_free(size_t i, size_t from)
{
    size_t g = check_run[i].g + from;
    size_t n = check_run[i].n - from;

    np_run_free_locked(g, n);
    memset(check_in_use + g, 0, n);
    check_run[i].n = from;
}


static void
check_one_extend(size_t i, size_t more)
{
    size_t end = check_run[i].g + check_run[i].n;
    size_t k;
    int    zero;

    if (end + more > CHECK_GRANULES) {
        return;
    }

    for (k = end; k < end + more && !check_in_use[k]; k++) {
        /* are all of them free? */
    }

    if (k < end + more) {
        ck_assert_int_eq(np_run_extend_locked(end, more, &zero), 0);
        return;
    }

    ck_assert_int_eq(np_run_extend_locked(end, more, &zero), 1);
    ck_assert_int_eq(zero, check_model_take(end, more));
    check_write(end, more);
    check_run[i].n += more;
}


/* all of the run is in use again */
static void
check_one_use(size_t i)
{
    size_t g = check_run[i].g;
    size_t n = check_run[i].n;
    size_t page, bytes = 0;

    for (page = g / check_page; page <= (g + n - 1) / check_page; page++) {
        bytes += check_dirty[page] ? 0 : np_mem_page();
        check_dirty[page] = 1;
    }

    ck_assert_uint_eq(np_run_mark_dirty(g, n), bytes);
    ck_assert_int_eq(np_run_is_dirty(g, n), 1);
    check_write(g, n);
}


/* a block gives whole pages of its own back, and may use them again */
static void
check_one_hole(size_t i)
{
    size_t g = check_run[i].g;
    size_t n = check_run[i].n;
    size_t page, bytes = 0;

    np_run_batch_t t = {.n = 0};

    for (page = (g + check_page - 1) / check_page;
         (page + 1) * check_page <= g + n; page++) {
        bytes += check_dirty[page] ? np_mem_page() : 0;
        check_dirty[page] = 0;
    }

    ck_assert_uint_eq(
        np_run_purge_range(&t, np_window_address(g), np_window_address(g + n)),
        bytes);
    ck_assert_uint_eq(np_run_purge_batch(&t), bytes);

    if (check_random(2) == 0) {
        check_one_use(i);
    }
}


/* mostly small runs, now and then one longer than coalescing measures */
static size_t
check_length(void)
{
    switch (check_random(16)) {

    case 0:
        return 1 + check_random(6000);

    case 1:
    case 2:
        return 1 + check_random(300);

    default:
        return 1 + check_random(40);
    }
}


static void
check_step(unsigned share)
{
    size_t i = check_random(CHECK_RUNS);

    if (check_run[i].n == 0) {
        if (check_random(100) < share) {
            check_one_alloc(
                i, check_length(),
                (size_t) 1 << (check_random(2) == 0 ? 0 : check_random(4)));
        }

        return;
    }

    switch (check_random(8)) {

    case 0:
        check_one_extend(i, 1 + check_random(20));
        break;

    case 1:
        /* no page that went back is cut in two */
        check_one_use(i);
        check_one_free(i, check_random(check_run[i].n));
        break;

    case 2:
        check_one_hole(i);
        break;

    case 3:
        if (check_random(20) == 0) {
            check_model_purge();
        }
        break;

    default:
        if (check_random(100) >= share) {
            check_one_free(i, 0);
        }
        break;
    }
}


START_TEST(runs_are_where_the_model_says)
{
    static const unsigned share[] = {90, 50, 20, 70, 50, 10};
    unsigned              round, k;
    size_t                i;

    for (round = 0; round < 6; round++) {
        for (k = 0; k < 4000; k++) {
            check_step(share[round]);

            if (k % 500 == 0) {
                check_counters();
            }
        }
    }

    for (i = 0; i < CHECK_RUNS; i++) {
        if (check_run[i].n != 0) {
            check_one_free(i, 0);
        }
    }

    check_counters();
    check_model_purge();
    check_counters();
    ck_assert_uint_eq(np_run_counters.used, 0);
    ck_assert_uint_eq(np_run_counters.dirty_free, 0);
}
END_TEST


/* of more than a page: each has a hole behind it that is long enough for the
 * next, and has no such place.  What is freed is found again within a round. */
START_TEST(holes_without_an_aligned_place_are_not_all_looked_at)
{
    size_t align = 2 * check_page;
    size_t g, i, last = 0;
    int    zero;

    for (i = 0; i < 100000; i++) {
        g = np_run_alloc_locked(1, align, &zero);
        ck_assert_uint_eq(g % align, 0);
        ck_assert(i == 0 || g == last + align);
        last = g;
    }

    np_run_free_locked(last / align / 2 * align, 1);

    for (i = 0; i < 1000; i++) {
        g = np_run_alloc_locked(1, align, &zero);

        if (g < last) {
            break;
        }
    }

    ck_assert_uint_eq(g, last / align / 2 * align);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);
}
END_TEST


/* a page whose two halves are freed before and after a purge */
START_TEST(a_page_that_is_free_in_the_end_goes_back)
{
    size_t half = check_page / 2;
    size_t a, b;
    int    zero;

    a = np_run_alloc_locked(half, 1, &zero);
    b = np_run_alloc_locked(check_page - half, 1, &zero);
    ck_assert_uint_eq(b, a + half);
    ck_assert_int_eq(zero, 0);

    np_run_free_locked(a, half);
    ck_assert_uint_eq(np_run_counters.dirty_free, half);
    ck_assert_uint_eq(np_run_purge_locked(), 0);

    np_run_free_locked(b, check_page - half);
    ck_assert_uint_eq(np_run_counters.dirty_free, check_page);
    ck_assert_uint_eq(np_run_purge_locked(), np_mem_page());
    ck_assert_uint_eq(np_run_counters.dirty_free, 0);
}
END_TEST


START_TEST(a_page_gets_dirty_as_a_whole)
{
    size_t g;
    int    zero;

    g = np_run_alloc_locked(1, 1, &zero);
    ck_assert_int_eq(zero, 1);
    ck_assert_uint_eq(np_run_counters.dirty_free, check_page - 1);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);

    np_run_free_locked(g, 1);
    ck_assert_uint_eq(np_run_counters.dirty_free, check_page);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);
}
END_TEST


START_TEST(what_the_kernel_keeps_is_not_zero)
{
    size_t g, n = 4 * check_page;
    int    zero;

    g = np_run_alloc_locked(n, check_page, &zero);
    ck_assert_int_eq(zero, 1);
    check_write(g, n);
    np_run_free_locked(g, n);

    np_mem_fail(NP_MEM_PURGE, 1, NP_MEM_EVERY);
    ck_assert_uint_eq(np_run_purge_locked(), 0);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(np_run_counters.dirty_free, n);
    ck_assert_uint_eq(np_run_counters.purged, 0);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);

    ck_assert_uint_eq(np_run_alloc_locked(n, check_page, &zero), g);
    ck_assert_int_eq(zero, 0);
}
END_TEST


START_TEST(nothing_is_lost_when_memory_is_short)
{
    size_t   g, have = np_window.granules;
    unsigned n;
    int      zero;

    ck_assert_uint_eq(np_run_alloc_locked(0, 1, &zero), NP_RUN_NONE);
    ck_assert_uint_eq(np_run_alloc_locked(NP_WINDOW_GRANULES + 1, 1, &zero),
                      NP_RUN_NONE);
    ck_assert_uint_eq(np_run_alloc_locked(1, NP_WINDOW_GRANULES * 2, &zero),
                      NP_RUN_NONE);

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_uint_eq(np_run_alloc_locked(have + 1, 1, &zero), NP_RUN_NONE);
    ck_assert_uint_eq(np_run_counters.used, 0);

    /* all that is there can be had */
    for (n = np_window.first; n < have; n++) {
        ck_assert_uint_eq(np_run_alloc_locked(1, 1, &zero), n);
    }

    ck_assert_uint_eq(np_run_alloc_locked(1, 1, &zero), NP_RUN_NONE);
    ck_assert_int_eq(np_run_extend_locked(have, 1, &zero), 0);
    ck_assert_uint_eq(np_run_counters.used, have - np_window.first);
    np_mem_fail(0, 0, 0);

    g = np_run_alloc_locked(5, 1, &zero);
    ck_assert_uint_eq(g, have);
    ck_assert_int_eq(np_run_extend_locked(g + 5, 3, &zero), 1);
    ck_assert_uint_eq(np_run_counters.used, have - np_window.first + 8);
    ck_assert_int_eq(np_run_is_valid_locked(), 1);
}
END_TEST


START_TEST(the_end_goes_back_and_comes_again_as_zero)
{
    size_t   big = np_window.granules * 8;
    size_t   low, high;
    unsigned round;
    int      zero;

    low = np_run_alloc_locked(1, 1, &zero);

    for (round = 0; round < 3; round++) {
        high = np_run_alloc_locked(big, 1, &zero);
        ck_assert_uint_eq(high, low + 1);
        check_write(high, big);
        np_run_free_locked(high, big);
        ck_assert_int_eq(np_run_shrink_locked(), 1);
        ck_assert_uint_lt(np_window.granules, big);
        ck_assert_int_eq(np_run_is_valid_locked(), 1);
        ck_assert_int_eq(np_run_shrink_locked(), 0);
    }

    high = np_run_alloc_locked(big, check_page, &zero);
    (void) np_run_purge_locked();
    ck_assert_uint_eq(np_run_counters.used, big + 1);
    ck_assert(
        check_all(np_window_address(np_window.granules - 1), 0, NP_GRANULE));
}
END_TEST


START_TEST(purged_memory_in_use_again_is_counted)
{
    size_t g, n = 4 * check_page;
    int    zero;

    g = np_run_alloc_locked(n, check_page, &zero);
    ck_assert_uint_eq(np_run_counters.reused, 0);
    np_run_free_locked(g, n);
    ck_assert_uint_eq(np_run_purge_locked(), 4 * np_mem_page());
    ck_assert_uint_eq(np_run_counters.purged, 4 * np_mem_page());
    ck_assert_uint_eq(np_run_counters.purges, 1);
    ck_assert_uint_eq(np_run_alloc_locked(n, check_page, &zero), g);
    ck_assert_int_eq(zero, 1);
    ck_assert_uint_eq(np_run_counters.reused, 4 * np_mem_page());
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("run");
    TCase *t = tcase_create("run");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, runs_are_where_the_model_says);
    tcase_add_test(t, a_page_that_is_free_in_the_end_goes_back);
    tcase_add_test(t, a_page_gets_dirty_as_a_whole);
    tcase_add_test(t, what_the_kernel_keeps_is_not_zero);
    tcase_add_test(t, nothing_is_lost_when_memory_is_short);
    tcase_add_test(t, the_end_goes_back_and_comes_again_as_zero);
    tcase_add_test(t, purged_memory_in_use_again_is_counted);
    suite_add_tcase(s, t);

    /* not where pages are much larger than 4 KiB */
    t = tcase_create("page size");
    tcase_set_tags(t, "page_size");
    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    /* emulated: the places that are not looked at are others */
    tcase_add_test(t, holes_without_an_aligned_place_are_not_all_looked_at);
    suite_add_tcase(s, t);

    return s;
}
