/*
 * np_find: what any address is, in whatever state the memory there is.
 */

#include "config.h"

#include <signal.h>
#include <sys/mman.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_find.h"
#include "heap/np_free.h"
#include "heap/np_gone.h"
#include "map/np_run.h"
#include "os/np_mem.h"


static np_found_e
check_find(const void *m)
{
    np_found_t f;

    return np_find(m, &f);
}


START_TEST(before_the_first_allocation_nothing_is_ours)
{
    int local = 0;

    ck_assert_int_eq(check_find(&local), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find((void *) 4096), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find((void *) UINTPTR_MAX), NP_FOUND_FOREIGN);
    ck_assert_uint_eq(np_free_usable(NULL), 0);
    check_free(NULL);
}
END_TEST


START_TEST(foreign_addresses_are_refused_unread)
{
    size_t     page = np_mem_page();
    char      *hole;
    int        local = 0;
    unsigned   bit;
    np_found_e found;

    check_free(check_alloc(1));
    hole = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(hole, MAP_FAILED);

    ck_assert_int_eq(check_find(hole), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(hole + 16), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(&local), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(&np_window), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(np_window_map()), NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(np_window_record(64)), NP_FOUND_FOREIGN);

    /* not canonical, and every power of two */
    ck_assert_int_eq(check_find((void *) 0xdeadbeefdeadbee0u),
                     NP_FOUND_FOREIGN);

    for (bit = 0; bit < 64; bit++) {
        found = check_find((void *) ((uintptr_t) 1 << bit));
        ck_assert_int_eq(found, NP_FOUND_FOREIGN);
    }

    /* beside the heap */
    ck_assert_int_eq(check_find((void *) (np_window.base - 1)),
                     NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(np_window_address(np_window.first) - 1),
                     NP_FOUND_FOREIGN);
    ck_assert_int_eq(check_find(np_window_address(np_window.granules)),
                     NP_FOUND_FOREIGN);
}
END_TEST


/* every byte of a word of every class, and of what stands in front of it */
START_TEST(slots_and_what_lies_between)
{
    np_found_t f;
    np_word_t *w;
    unsigned   c;
    size_t     i, size, front;
    char      *m;
    int        wrong;

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        size = np_class_size(c);
        m = check_alloc(size < 4096 ? size : 4095);
        ck_assert_int_eq(np_find(m, &f), NP_FOUND_SLOT);
        ck_assert_ptr_eq(f.w->start + f.slot * size, m);
        w = f.w;
        wrong = 0;

        for (i = 0; i < w->slots * size; i++) {
            wrong += np_find(w->start + i, &f)
                     != (i % size == 0 ? NP_FOUND_SLOT : NP_FOUND_INTERIOR);
            wrong += i % size == 0 && (f.w != w || f.slot != i / size);
        }

        front = (uintptr_t) w->start % NP_GRANULE;
        ck_assert_uint_lt(front, size);

        for (i = 1; i <= front; i++) {
            wrong += np_find(w->start - i, &f) != NP_FOUND_INTERIOR;
        }

        ck_assert_int_eq(wrong, 0);
        check_free(m);
    }
}
END_TEST


START_TEST(a_slot_knows_whether_it_is_free)
{
    np_found_t f;
    char      *keep = check_alloc(64);
    char      *m = check_alloc(64);

    ck_assert_int_eq(np_find(m, &f), NP_FOUND_SLOT);
    ck_assert_int_eq(np_found_is_free(&f), 0);
    ck_assert_uint_eq(np_found_bit(&f), 1u << f.slot);
    check_free(m);
    ck_assert_int_eq(np_find(m, &f), NP_FOUND_SLOT);
    ck_assert_int_eq(np_found_is_free(&f), 1);
    check_free(keep);
}
END_TEST


START_TEST(large_blocks_begin_at_one_address)
{
    static const size_t size[] = {5000, 16384, 70000, 1 << 20, 33 << 20};
    np_found_t          f;
    size_t              i;
    char               *m;

    for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
        m = check_alloc(size[i]);
        ck_assert_int_eq(np_find(m, &f), NP_FOUND_LARGE);
        ck_assert_ptr_eq(f.l->start, m);
        ck_assert_uint_ge(f.l->size, size[i]);

        if (!f.l->mapped) {
            ck_assert_int_eq(check_find(m + 16), NP_FOUND_INTERIOR);
            ck_assert_int_eq(check_find(m + 512), NP_FOUND_INTERIOR);
            ck_assert_int_eq(check_find(m + size[i] - 1), NP_FOUND_INTERIOR);

        } else {
            ck_assert_int_eq(check_find(m + 4096), NP_FOUND_FOREIGN);
            ck_assert_int_eq(check_find(m + 1), NP_FOUND_FOREIGN);
            ck_assert_int_eq(np_find_outside(m + 4096), NP_FOUND_INTERIOR);
            ck_assert_int_eq(np_find_outside(m + 1), NP_FOUND_INTERIOR);
            ck_assert_int_eq(np_find_outside(m + f.l->size - 1),
                             NP_FOUND_INTERIOR);
            ck_assert_int_eq(np_find_outside(m + f.l->size), NP_FOUND_FOREIGN);
            ck_assert_int_eq(np_find_outside(m - 1), NP_FOUND_FOREIGN);
        }

        check_free(m);
        /* in a bin, gone from the heap, or unmapped */
        ck_assert_int_eq(check_find(m), size[i] <= 65536 ? NP_FOUND_LARGE
                                        : size[i] <= 1 << 20
                                            ? NP_FOUND_GONE
                                            : NP_FOUND_FOREIGN);
    }
}
END_TEST


/* guards or not: the block's pages, but nothing beside them */
START_TEST(what_went_back_is_gone_until_somebody_has_it)
{
    size_t      page = np_mem_page(), n = (size_t) 40 << 20;
    char       *m, *at;
    np_large_t *l;
    np_found_t  f;
    unsigned    i;

    check_option("NGXPOOL_GUARD", _i == 0 ? "0" : "1");
    m = check_alloc(n);
    ck_assert_int_eq(np_find(m, &f), NP_FOUND_LARGE);
    check_free(m);
    ck_assert_int_eq(check_find(m), NP_FOUND_FOREIGN);
    ck_assert_int_eq(np_find_outside(m), NP_FOUND_GONE);
    ck_assert_int_eq(np_find_outside(m + 1), NP_FOUND_GONE);
    ck_assert_int_eq(np_find_outside(m + n - 1), NP_FOUND_GONE);
    ck_assert_int_eq(np_find_outside(m + n), NP_FOUND_FOREIGN);
    ck_assert_int_eq(np_find_outside(m - 1), NP_FOUND_FOREIGN);

    at = mmap(m + 4 * page, page, PROT_READ,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    ck_assert_ptr_eq(at, m + 4 * page);
    ck_assert_int_eq(np_find_outside(at), NP_FOUND_FOREIGN);
    ck_assert_int_eq(np_find_outside(at + page - 1), NP_FOUND_FOREIGN);
    ck_assert_int_eq(np_find_outside(at - 1), NP_FOUND_GONE);
    ck_assert_int_eq(munmap(at, page), 0);

    /* so many others later */
    for (i = 0; i < NP_GONE_MOST; i++) {
        ck_assert_int_eq(np_find_outside(m), NP_FOUND_GONE);
        l = np_large_take_mapping(page, page, &(int){0});
        ck_assert_ptr_nonnull(l);
        np_large_release(l);
    }

    ck_assert_int_eq(np_find_outside(m), NP_FOUND_FOREIGN);
}
END_TEST


START_TEST(where_a_block_was_moved_from_is_gone)
{
    size_t n = (size_t) 40 << 20;
    char  *m = check_alloc(n), *fence, *to;

    /* it cannot grow where it is */
    fence = mmap(m + n, np_mem_page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);
    to = np_alloc_resize(m, 2 * n);
    ck_assert_ptr_nonnull(to);
    ck_assert_int_eq(np_find_outside(m),
                     to == m ? NP_FOUND_FOREIGN : NP_FOUND_GONE);
    ck_assert(fence != m + n || to != m);
    check_free(to);
    ck_assert_int_eq(np_find_outside(to), NP_FOUND_GONE);
}
END_TEST


START_TEST(memory_that_nobody_has_is_gone)
{
    size_t g;

    check_free(check_alloc(1));
    g = np_window.granules - 1;
    ck_assert_int_eq(check_find(np_window_address(g)), NP_FOUND_GONE);
    ck_assert_int_eq(check_find(np_window_address(g) + 5), NP_FOUND_GONE);
}
END_TEST


START_TEST(any_address_at_all_is_answered)
{
    np_found_t f;
    void      *keep[64];
    unsigned   i, ours = 0;
    uintptr_t  m;

    for (i = 0; i < 64; i++) {
        keep[i] = check_alloc(check_random(9000));
    }

    for (i = 0; i < 200000; i++) {
        m = check_random(2) == 0
                ? check_random(UINT64_MAX)
                : (uintptr_t) np_window_address(np_window.first) - 4096
                      + check_random(np_window_mapped(NP_AREA_HEAP) + 8192);
        ours += np_find((void *) m, &f) != NP_FOUND_FOREIGN;
    }

    ck_assert_uint_gt(ours, 50000);
    ck_assert_uint_lt(ours, 150000);

    for (i = 0; i < 64; i++) {
        check_free(keep[i]);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("find");
    TCase *t = tcase_create("find");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, before_the_first_allocation_nothing_is_ours);
    tcase_add_test(t, foreign_addresses_are_refused_unread);
    tcase_add_test(t, slots_and_what_lies_between);
    tcase_add_test(t, a_slot_knows_whether_it_is_free);
    tcase_add_test(t, large_blocks_begin_at_one_address);
    tcase_add_loop_test(t, what_went_back_is_gone_until_somebody_has_it, 0, 2);
    tcase_add_test(t, where_a_block_was_moved_from_is_gone);
    tcase_add_test(t, memory_that_nobody_has_is_gone);
    tcase_add_test(t, any_address_at_all_is_answered);
    suite_add_tcase(s, t);

    return s;
}
