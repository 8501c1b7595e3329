/*
 * np_purge: which pages go back, when, and that nobody misses them.
 */

#include "config.h"

#include <string.h>
#include <sys/mman.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_large_block.h"
#include "heap/np_purge.h"
#include "heap/np_remote.h"
#include "map/np_run.h"
#include "os/np_clock.h"
#include "os/np_mem.h"
#include "os/np_options.h"
#include "os/np_proc.h"

#define CHECK_SIZE    1024
#define CHECK_OBJECTS 20000

static char *check_m[CHECK_OBJECTS];


static void
check_take(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(CHECK_SIZE);

        if (check_m[i] == NULL) {
            ck_abort_msg("out of memory");
        }

        check_fill(check_m[i], CHECK_SIZE, (unsigned) i);
    }
}


/* frees all but one in `keep`, in random order; where pages are larger, as
 * many neighbours at a time as would make the same of them */
static void
check_thin_out(size_t keep)
{
    size_t        i, j, k, n, near = np_mem_page() / 4096;
    char         *m;
    static size_t order[CHECK_OBJECTS];

    n = CHECK_OBJECTS / near;

    for (i = 0; i < n; i++) {
        k = check_random(i + 1);
        order[i] = order[k];
        order[k] = i;
    }

    for (i = 0; i < n; i++) {
        for (j = 0; j < near; j++) {
            k = order[i] * near + j;

            if (k % (keep * near) != 0) {
                m = check_m[k];
                check_m[k] = NULL;
                check_free(m);
            }
        }
    }
}


static int
check_survivors(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        if (check_m[i] != NULL
            && !check_filled(check_m[i], CHECK_SIZE, (unsigned) i)) {
            return 0;
        }
    }

    return 1;
}


/* bytes of the heap's pages that are resident */
static size_t
check_resident(void)
{
    static unsigned char in[1 << 16];
    size_t               page = np_mem_page();
    size_t               n = np_window_mapped(NP_AREA_HEAP) / page;
    size_t               i, bytes = 0;

    ck_assert_uint_le(n, sizeof(in));
    ck_assert_int_eq(mincore(np_window_address(np_window.first), n * page, in),
                     0);

    for (i = 0; i < n; i++) {
        bytes += in[i] & 1 ? page : 0;
    }

    return bytes;
}


START_TEST(holes_go_back_as_the_heap_shrinks)
{
    np_stats_t s;
    size_t     peak;

    check_take();
    peak = check_resident();
    ck_assert_uint_ge(peak, CHECK_OBJECTS * CHECK_SIZE);
    check_thin_out(50);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_gt(s.purges, 0);
    ck_assert_uint_gt(s.purged_bytes, peak / 2);
    /* what was freed is estimated, and larger pages are fewer */
    ck_assert_uint_lt(check_resident(),
                      np_mem_page() == 4096 ? peak / 2 : peak / 4 * 3);
    ck_assert(check_survivors());
    /* figures and pages agree: holes that are resident, and those not */
    ck_assert_uint_gt(s.pool[np_class_of(CHECK_SIZE)].purged_bytes, peak / 4);
}
END_TEST


START_TEST(purged_slots_can_be_used_again)
{
    size_t i;

    check_take();
    check_thin_out(20);
    (void) np_purge_all();
    check_laws();

    for (i = 0; i < CHECK_OBJECTS; i++) {
        if (check_m[i] == NULL) {
            check_m[i] = np_alloc_zero(CHECK_SIZE);
            ck_assert(check_m[i] != NULL
                      && check_all(check_m[i], 0, CHECK_SIZE));
            check_fill(check_m[i], CHECK_SIZE, (unsigned) i);
        }
    }

    ck_assert(check_survivors());
    check_laws();

    /* and purged again */
    check_thin_out(40);
    ck_assert(check_survivors());
    check_laws();
}
END_TEST


START_TEST(nothing_goes_back_twice)
{
    unsigned long calls;

    check_take();
    check_thin_out(20);
    ck_assert_uint_gt(np_purge_all(), 0);

    np_mem_fail(0, 0, 0);
    calls = np_mem_calls();
    ck_assert_uint_eq(np_purge_all(), 0);
    ck_assert_uint_eq(np_mem_calls(), calls);
    ck_assert(check_survivors());
    check_laws();
}
END_TEST


START_TEST(off_is_off)
{
    np_stats_t s;

    check_option("NGXPOOL_PURGE", "off");
    check_take();
    check_thin_out(50);
    check_free(check_alloc(20 << 20));
    check_snapshot(&s);
    ck_assert_uint_eq(s.purges, 0);
    ck_assert_uint_eq(s.purged_bytes, 0);

    /* but what is asked for is done */
    ck_assert_uint_gt(np_purge_all(), 0);
    check_laws();
}
END_TEST


/* the estimate of what is free is near the truth, whatever was purged */
START_TEST(what_is_free_is_known)
{
    np_stats_t s;
    size_t     holes, believed;
    unsigned   keep;

    for (keep = 2; keep <= 32; keep *= 2) {
        check_take();
        check_thin_out(keep);
        check_snapshot(&s);
        holes = s.pool[np_class_of(CHECK_SIZE)].holes * CHECK_SIZE;
        believed = (size_t) np_self->holes + np_self->free;
        ck_assert_uint_ge(believed, holes / 2);
        ck_assert_uint_le(believed, holes * 2);
    }
}
END_TEST


START_TEST(the_limit_follows_the_live_bytes)
{
    np_heap_t *h = np_heap_get();

    np_purge_percent = 50;
    ck_assert_uint_eq(np_purge_limit(h), NP_PURGE_FLOOR);
    h->opened = 100 << 20;
    ck_assert_uint_ge(np_purge_limit(h), (50 << 20) + NP_PURGE_FLOOR - 100);
    ck_assert_uint_le(np_purge_limit(h), (50 << 20) + NP_PURGE_FLOOR);
    h->holes = 60 << 20;
    ck_assert_uint_le(np_purge_limit(h), (20 << 20) + NP_PURGE_FLOOR);
    np_purge_percent = NP_PURGE_OFF;
    ck_assert_uint_ge(np_purge_limit(h), SIZE_MAX / 4);
    h->opened = 0;
    h->holes = 0;
    ck_assert_uint_ge(np_purge_limit(&np_orphans), SIZE_MAX / 4);
}
END_TEST


START_TEST(free_runs_go_back)
{
    char      *m = check_alloc(16 << 20);
    np_stats_t s;

    memset(m, 1, 16 << 20);
    check_free(m);
    check_snapshot(&s);
    ck_assert_uint_ge(s.purged_bytes, 15 << 20);
    ck_assert_uint_lt(check_resident(), 2 << 20);

    m = np_alloc_zero(16 << 20);
    ck_assert(check_all(m, 0, 16 << 20));
    check_laws();
}
END_TEST


START_TEST(calloc_is_zero_when_the_kernel_keeps_the_pages)
{
    char *m = check_alloc(16 << 20);

    np_mem_fail(NP_MEM_PURGE, 1, NP_MEM_EVERY);
    memset(m, 1, 16 << 20);
    check_free(m);
    ck_assert_uint_eq(np_run_counters.purged, 0);
    check_laws();
    m = np_alloc_zero(16 << 20);
    ck_assert(check_all(m, 0, 16 << 20));
    check_free(m);

    check_take();
    check_thin_out(50);
    ck_assert_uint_eq(np_purge_all(), 0);
    ck_assert_uint_eq(np_run_counters.purged, 0);
    ck_assert(check_survivors());
    check_laws();
}
END_TEST


START_TEST(trim_gives_the_bins_and_the_end_back)
{
    char  *m[8];
    size_t i, mapped;

    for (i = 0; i < 8; i++) {
        m[i] = check_alloc(30000);
        memset(m[i], 1, 30000);
    }

    check_free(check_alloc(100 << 10));
    mapped = np_window_mapped(NP_AREA_HEAP);

    for (i = 0; i < 8; i++) {
        check_free(m[i]);
    }

    ck_assert_uint_gt(np_purge_all(), 7 * 30000);
    ck_assert_uint_eq(np_self->large_cached, 0);
    ck_assert_uint_eq(check_used(), 0);
    ck_assert_uint_le(np_window_mapped(NP_AREA_HEAP), mapped);
    ck_assert_uint_eq(check_resident(), 0);
    check_laws();
}
END_TEST


static void *
check_leave(void *arg)
{
    check_take();

    return arg;
}


START_TEST(orphans_holes_go_back_too)
{
    np_stats_t s;

    check_in_thread(check_leave, NULL);
    check_thin_out(20);
    (void) np_purge_all();
    ck_assert(check_survivors());
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_gt(s.purged_bytes, CHECK_OBJECTS * CHECK_SIZE / 2);
    ck_assert_uint_lt(check_resident(), CHECK_OBJECTS * CHECK_SIZE / 2);
}
END_TEST


/* what a purging thread does, while nobody else is at work */
START_TEST(everything_goes_back_at_once)
{
    check_option("NGXPOOL_PURGE", "off");
    check_take();
    check_in_thread(check_leave, NULL);
    check_thin_out(20);
    np_purge_shared = 1;
    ck_assert_uint_gt(np_purge_everything(), CHECK_OBJECTS * CHECK_SIZE / 2);
    ck_assert_uint_eq(np_purge_everything(), 0);
    ck_assert(check_survivors());
    check_laws();
    np_remote_collect(np_self);
    check_take();
    ck_assert(check_survivors());
    check_laws();
}
END_TEST


/* a purge, whatever the option says */
static void
check_purge(np_heap_t *h)
{
    ck_assert_int_gt(h->holes, NP_PURGE_FLOOR * np_purge_patience());
    np_purge_percent = 0;
    np_purge_if_due(h);
    np_purge_percent = NP_PURGE_OFF;
}


/* one purge, or several as the heap shrinks; on a slow machine what was purged
 * is not in use again within a second, and the next try may do better */
START_TEST(patience_grows_when_pages_are_needed_again)
{
    np_heap_t *h;
    size_t     limit;
    int        i;

    check_option("NGXPOOL_PURGE", "off");
    check_take();
    h = np_self;
    check_thin_out(50);
    check_purge(h);
    ck_assert_uint_eq(np_purge_patience(), 1);

    for (i = 0; i < 20 && np_purge_patience() == 1; i++) {
        check_take();
        check_thin_out(4);
        check_purge(h);
        check_thin_out(50);
        check_purge(h);
    }

    ck_assert_uint_eq(np_purge_patience(), 2);
    np_purge_percent = 50;
    limit = np_purge_limit(h);

    /* nothing was used since; a heap that is looked at tells, too */
    np_proc_sleep(1100);
    ck_assert_uint_le(h->holes, limit);
    np_purge_if_due_slow(h);
    ck_assert_uint_eq(np_purge_patience(), 1);
    ck_assert_uint_eq(np_purge_limit(h), limit / 2);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("purge");
    TCase *t = tcase_create("purge");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, purged_slots_can_be_used_again);
    tcase_add_test(t, nothing_goes_back_twice);
    tcase_add_test(t, off_is_off);
    tcase_add_test(t, what_is_free_is_known);
    tcase_add_test(t, the_limit_follows_the_live_bytes);
    tcase_add_test(t, free_runs_go_back);
    tcase_add_test(t, calloc_is_zero_when_the_kernel_keeps_the_pages);
    tcase_add_test(t, trim_gives_the_bins_and_the_end_back);
    tcase_add_test(t, orphans_holes_go_back_too);
    tcase_add_test(t, everything_goes_back_at_once);
    suite_add_tcase(s, t);

    /* not where pages are much larger than 4 KiB */
    t = tcase_create("page size");
    tcase_set_tags(t, "page_size");
    tcase_set_timeout(t, 240);
    /* emulated: pages are too large for holes of this size */
    tcase_add_test(t, holes_go_back_as_the_heap_shrinks);
    /* emulated: pages are too large for holes of this size */
    tcase_add_test(t, patience_grows_when_pages_are_needed_again);
    suite_add_tcase(s, t);

    return s;
}
