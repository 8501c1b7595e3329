/*
 * np_window: areas that grow piece by piece, a bound that refuses every
 * foreign address, and a kernel that says no.
 */

#include "config.h"

#include <string.h>

#include "check_suite.h"
#include "base/np_bits.h"
#include "map/np_apart.h"
#include "map/np_granule.h"
#include "map/np_window.h"
#include "os/np_mem.h"


static void
check_setup(void)
{
    ck_assert_int_eq(np_window_init(), 0);
}


/* the first n bytes of the area can be written, and read as zero before */
static void
check_usable(char *area, size_t n)
{
    size_t i;
    int    wrong = 0;

    for (i = 0; i < n; i += 512) {
        wrong += area[i] != 0;
        area[i] = 1;
    }

    area[n - 1] = 1;
    ck_assert_int_eq(wrong, 0);
}


/* there is room for many windows, and for blocks that lie apart */
#ifdef __SANITIZE_THREAD__
#define CHECK_IS_WIDE(stack) 0
#else
#define CHECK_IS_WIDE(stack) ((uintptr_t) (stack) >> 46 != 0)
#endif


START_TEST(a_fresh_window_is_small_and_aligned)
{
    ck_assert_uint_ne(np_window.base, 0);
    ck_assert_uint_eq(np_window.base % ((uintptr_t) 1 << 30), 0);
    ck_assert_uint_gt(np_window.granules, 0);
    ck_assert_uint_eq((np_window.granules - np_window.first)
                          << NP_GRANULE_SHIFT,
                      np_window_mapped(NP_AREA_HEAP));
    ck_assert_uint_le(np_window_mapped(NP_AREA_HEAP), 4 << 20);
    ck_assert_uint_eq(np_window_mapped(NP_AREA_SIDE), 0);
    check_usable(np_window_address(np_window.first),
                 np_window_mapped(NP_AREA_HEAP));
    check_usable((char *) np_window_map(), np_window.granules * 4);
    check_usable(np_window_record(0), np_window_mapped(NP_AREA_HEADERS));
}
END_TEST


START_TEST(granules_and_addresses_are_each_others_inverse)
{
    char    *m = np_window_address(5);
    uint32_t offset;

    ck_assert_uint_eq(np_window_granule(m), 5);
    ck_assert_uint_eq(np_window_granule(m + NP_GRANULE - 1), 5);
    ck_assert_uint_eq(np_window_granule(m - 1), 4);

    for (offset = 0; offset < 4096; offset += 64) {
        ck_assert_uint_eq(np_window_offset(np_window_record(offset)), offset);
    }
}
END_TEST


START_TEST(the_bound_refuses_every_foreign_address)
{
    int       local;
    uintptr_t end = np_window.base + (np_window.granules << NP_GRANULE_SHIFT);
    const void *foreign[] = {
        NULL,
        &local,
        &np_window,
        (void *) (np_window.base - 1),
        (void *) end,
        np_window_map(),
        np_window_record(64),
        (void *) UINTPTR_MAX,
        (void *) ((uintptr_t) 1 << 63),
        (void *) (((uintptr_t) 1 << 63) - 1),
        (void *) (np_window.base ^ ((uintptr_t) 1 << 48)),
    };
    size_t i;

    for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        ck_assert_uint_ge(np_window_granule(foreign[i]), np_window.granules);
    }

    ck_assert_uint_lt(np_window_granule((void *) (end - 1)),
                      np_window.granules);
}
END_TEST


/* a record of each granule, and back; any address leads to some record */
START_TEST(every_address_finds_a_record)
{
    const uintptr_t any[] = {
        0,
        (uintptr_t) &any,
        np_window.base - 1,
        np_window.tables - NP_WINDOW_MAP,
        np_window.base + (np_window.granules << NP_GRANULE_SHIFT),
        np_window.base ^ (uintptr_t) 1 << 40,
        (uintptr_t) 1 << 63,
        UINTPTR_MAX,
    };
    size_t    g, i, n;
    int       wrong = 0;
    uintptr_t r;

    ck_assert_int_eq(np_window_grow_locked(np_window.granules * 20 + 1), 0);
    n = np_window.granules;
    ck_assert_uint_ge(np_window.mask, n - 1);
    ck_assert_int_eq(np_is_power_of_2(np_window.mask + 1), 1);
    ck_assert_uint_le((np_window.mask + 1) * 4, np_window_mapped(NP_AREA_MAP));

    for (g = 0; g < n; g++) {
        np_window_map()[g] = (uint32_t) g * 64;
    }

    for (g = 0; g < n; g++) {
        wrong += np_window_find(np_window_address(g))
                 != np_window_record((uint32_t) g * 64);
        wrong += np_window_find(np_window_address(g) + NP_GRANULE - 1)
                 != np_window_record((uint32_t) g * 64);
    }

    for (i = 0; i < sizeof(any) / sizeof(any[0]); i++) {
        r = (uintptr_t) np_window_find((void *) any[i]);
        wrong += r < (uintptr_t) np_window_record(0)
                 || r >= (uintptr_t) np_window_record((uint32_t) n * 64);
    }

    ck_assert_int_eq(wrong, 0);
}
END_TEST


/* the map cannot grow to a power of two: who looks with the mask finds other
 * records for the granules beyond, but records */
START_TEST(a_map_that_cannot_follow_is_read_in_bounds)
{
    unsigned long nth;
    size_t        mask;
    int           grown = -1;

    ck_assert_int_eq(np_window_grow_locked(2 * (np_window.mask + 1)), 0);
    mask = np_window.mask;

    /* what must grow may, sooner or later; what is more may not */
    for (nth = 1; grown != 0 && nth < 10; nth++) {
        np_mem_fail(NP_MEM_MAP, nth, NP_MEM_EVERY);
        grown = np_window_grow_locked(mask + 2);
        np_mem_fail(0, 0, 0);
    }

    ck_assert_int_eq(grown, 0);
    ck_assert_uint_gt(np_window.granules, mask + 1);
    ck_assert_uint_lt(np_window_mapped(NP_AREA_MAP), (mask + 1) * 8);
    ck_assert_uint_eq(np_window.mask, mask);
    np_window_map()[1] = 64;
    ck_assert_ptr_eq(np_window_find(np_window_address(mask + 2)),
                     np_window_record(64));

    /* it does with the next growth */
    ck_assert_int_eq(np_window_grow_locked(np_window.granules + 1), 0);
    ck_assert_uint_gt(np_window.mask, mask);
}
END_TEST


START_TEST(growth_brings_the_tables_along)
{
    size_t n = np_window.granules * 20;

    ck_assert_int_eq(np_window_grow_locked(n), 0);
    ck_assert_uint_ge(np_window.granules, n);
    ck_assert_uint_ge(np_window_mapped(NP_AREA_MAP), np_window.granules * 4);
    ck_assert_uint_ge(np_window_mapped(NP_AREA_BITS), np_window.granules / 4);
    check_usable(np_window_address(np_window.first),
                 np_window_mapped(NP_AREA_HEAP));
    check_usable((char *) np_window_map(), np_window.granules * 4);

    /* what is there already costs nothing */
    n = np_window.granules;
    np_mem_fail(NP_MEM_ANY, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_window_grow_locked(n), 0);
    ck_assert_int_eq(np_window_reach_locked(NP_AREA_HEADERS, 1), 0);
    ck_assert_uint_eq(np_mem_calls(), 0);
}
END_TEST


START_TEST(areas_stop_at_their_limits)
{
    size_t n = np_window.granules;

    ck_assert_int_eq(np_window_grow_locked(NP_WINDOW_GRANULES + 1), -1);
    ck_assert_int_eq(
        np_window_reach_locked(NP_AREA_HEADERS, ((size_t) 2 << 30) + 1), -1);
    ck_assert_int_eq(np_window_reach_locked(NP_AREA_MAP, SIZE_MAX), -1);
    ck_assert_uint_eq(np_window.granules, n);
}
END_TEST


/* none of it is touched */
START_TEST(all_of_the_window_can_be_had)
{
    const size_t step = ((size_t) 1 << 30) / NP_GRANULE;
    size_t       n;

    if (!CHECK_IS_WIDE(&n)) {
        return;
    }

    for (n = step; n <= NP_WINDOW_GRANULES; n += step) {
        ck_assert_int_eq(np_window_grow_locked(n), 0);
    }

    ck_assert_uint_eq(np_window.granules, NP_WINDOW_GRANULES);
    ck_assert_uint_eq(np_granule_bits(np_window.granules - 1)->used, 0);
    np_window_set(np_window.granules - 1, 64);
    ck_assert_ptr_eq(np_window_find(np_window_address(np_window.granules) - 1),
                     np_window_record(64));
}
END_TEST


START_TEST(a_refused_growth_changes_nothing)
{
    size_t n = np_window.granules;
    size_t map = np_window_mapped(NP_AREA_MAP);

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_window_grow_locked(n + 1), -1);
    ck_assert_int_eq(np_window_reach_locked(NP_AREA_SIDE, 1), -1);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(np_window.granules, n);
    ck_assert_uint_eq(np_window_mapped(NP_AREA_MAP), map);

    ck_assert_int_eq(np_window_grow_locked(n + 1), 0);
    ck_assert_uint_gt(np_window.granules, n);
}
END_TEST


/* each call of a growth that needs several refused in turn */
START_TEST(a_growth_refused_halfway_can_be_tried_again)
{
    unsigned long nth;
    size_t        n;

    for (nth = 1; nth <= 6; nth++) {
        n = np_window.granules;
        np_mem_fail(NP_MEM_MAP, nth, NP_MEM_EVERY);

        if (np_window_grow_locked(n * 2) == -1) {
            ck_assert_uint_eq(np_window.granules, n);
        }

        np_mem_fail(0, 0, 0);
        ck_assert_int_eq(np_window_grow_locked(n * 2), 0);
        ck_assert_uint_ge(np_window.granules, 2 * n);
        ck_assert_uint_ge(np_window_mapped(NP_AREA_MAP),
                          np_window.granules * 4);
    }

    check_usable(np_window_address(np_window.first),
                 np_window_mapped(NP_AREA_HEAP));
}
END_TEST


START_TEST(a_smaller_piece_is_taken_when_address_space_is_scarce)
{
    size_t n = np_window_mapped(NP_AREA_HEADERS);

    np_mem_fail(NP_MEM_MAP, 1, 0);
    ck_assert_int_eq(np_window_reach_locked(NP_AREA_HEADERS, n + 1), 0);
    ck_assert_uint_eq(np_window_mapped(NP_AREA_HEADERS), n + np_mem_page());
}
END_TEST


START_TEST(shrinking_keeps_what_is_asked_for)
{
    size_t n = np_window.granules;

    ck_assert_int_eq(np_window_grow_locked(n * 4), 0);
    memset(np_window_address(n), 1, NP_GRANULE);
    np_window_shrink_locked(n + 1);
    ck_assert_uint_ge(np_window.granules, n + 1);
    ck_assert_uint_lt(np_window.granules, n * 4);
    ck_assert_int_eq(*np_window_address(n), 1);

    /* grown again, it is fresh */
    n = np_window.granules;
    ck_assert_int_eq(np_window_grow_locked(n + 1), 0);
    ck_assert_int_eq(*np_window_address(n), 0);
}
END_TEST


START_TEST(a_refused_shrinking_changes_nothing)
{
    size_t n = np_window.granules;

    ck_assert_int_eq(np_window_grow_locked(n * 4), 0);
    n = np_window.granules;
    np_mem_fail(NP_MEM_UNMAP, 1, NP_MEM_EVERY);
    np_window_shrink_locked(1);
    ck_assert_uint_eq(np_window.granules, n);
    ck_assert_uint_eq(np_window_mapped(NP_AREA_HEAP), (n - np_window.first)
                                                          << NP_GRANULE_SHIFT);
}
END_TEST


/* each of the first calls refused once: the next base serves.  A process for
 * each: 39 bits have room for three windows */
START_TEST(other_places_are_tried)
{
    np_mem_fail(NP_MEM_MAP, (unsigned long) _i, 0);
    ck_assert_int_eq(np_window_init(), 0);
    check_usable(np_window_address(np_window.first), NP_GRANULE);
}
END_TEST


/* what a heap's address tells is the base: neither where in the window the
 * heap begins, nor where the tables are, nor where blocks of their own lie */
START_TEST(places_within_a_window_are_chance)
{
    size_t    fronts = 0, slides = 0;
    uintptr_t front, slide, base, last;
    unsigned  i;

    if (!CHECK_IS_WIDE(&i)) {
        return;
    }

    for (i = 0; i < 32; i++) {
        base = np_window.base;
        front = np_window.first;
        slide = base - np_window.tables;
        memset(&np_window, 0, sizeof(np_window));
        ck_assert_int_eq(np_window_init(), 0);
        fronts += np_window.first != front;
        slides += np_window.base - np_window.tables != slide;
        ck_assert_uint_eq(
            (np_window.first << NP_GRANULE_SHIFT) % np_mem_page(), 0);
        ck_assert_uint_eq(np_window.tables % np_mem_page(), 0);
        ck_assert_uint_le(np_window.tables, np_window.base);
    }

    /* as the same again is one chance in hundreds */
    ck_assert_uint_ge(fronts, 16);
    ck_assert_uint_ge(slides, 16);

    last = (uintptr_t) np_apart_map(np_mem_page(), 1);

    for (i = 0; i < 32; i++) {
        base = (uintptr_t) np_apart_map(np_mem_page(), 1);
        ck_assert_uint_ne(base, 0);
        /* as the kernel would place the second beside the first */
        ck_assert(base - last > 2 * np_mem_page()
                  && last - base > 2 * np_mem_page());
        last = base;
    }
}
END_TEST


START_TEST(no_memory_at_all_is_no_window)
{
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_window_init(), -1);
    ck_assert_uint_eq(np_window.base, 0);
    ck_assert_uint_eq(np_window.granules, 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("window");
    TCase *t = tcase_create("window");
    TCase *f = tcase_create("none yet");

    tcase_set_timeout(t, 240);
    tcase_set_timeout(f, 240);

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, a_fresh_window_is_small_and_aligned);
    tcase_add_test(t, granules_and_addresses_are_each_others_inverse);
    tcase_add_test(t, the_bound_refuses_every_foreign_address);
    tcase_add_test(t, every_address_finds_a_record);
    tcase_add_test(t, a_map_that_cannot_follow_is_read_in_bounds);
    tcase_add_test(t, growth_brings_the_tables_along);
    tcase_add_test(t, areas_stop_at_their_limits);
    tcase_add_test(t, all_of_the_window_can_be_had);
    tcase_add_test(t, a_refused_growth_changes_nothing);
    tcase_add_test(t, a_growth_refused_halfway_can_be_tried_again);
    tcase_add_test(t, a_smaller_piece_is_taken_when_address_space_is_scarce);
    tcase_add_test(t, shrinking_keeps_what_is_asked_for);
    tcase_add_test(t, a_refused_shrinking_changes_nothing);
    suite_add_tcase(s, t);

    tcase_add_loop_test(f, other_places_are_tried, 1, 5);
    tcase_add_test(f, places_within_a_window_are_chance);
    tcase_add_test(f, no_memory_at_all_is_no_window);
    suite_add_tcase(s, f);

    return s;
}
