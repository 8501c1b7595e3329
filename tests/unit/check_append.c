/*
 * np_append: the shape of each pool's blocks, how they grow, and what happens
 * when there is no memory for one.
 */

#include "config.h"

#include "check_heap.h"
#include "heap/np_append.h"
#include "heap/np_pool.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_mem.h"
#include "os/np_options.h"


/* opens all of the fresh block of class c and looks at each word */
static void
check_open(np_heap_t *h, unsigned c)
{
    np_pool_t  *p = &h->pool[c];
    np_block_t *b = p->fresh;
    char       *start = np_block_start(b);
    size_t      size = np_class_size(c);
    size_t      slots = 0, g;
    np_word_t  *w;
    int         wrong = 0;

    while (p->fresh == b) {
        w = np_append_word(h, p);
        wrong += w->start != start + slots * size;
        wrong += (uintptr_t) (w->start + w->slots * size) % NP_GRANULE != 0;
        wrong += (uintptr_t) w->start % NP_GRANULE >= size;
        wrong += w->free != np_bit_first(w->slots);
        wrong += np_word_block(w) != b;
        slots += w->slots;

        for (g = np_window_granule(w->start);
             g <= np_window_granule(w->start + w->slots * size - 1); g++) {
            wrong += np_window_map()[g] != np_window_offset(w);
        }

        /* something lives in it, or the block would be rewound */
        np_poke(w->free, w->free & (w->free - 1));
        np_pool_leave(h, c);
    }

    ck_assert_int_eq(wrong, 0);
    ck_assert_uint_eq(slots, np_block_capacity(b));
}


static void
check_shapes(void)
{
    np_heap_t  *h = np_heap_get();
    unsigned    c, i, words, end;
    size_t      size, bytes, least;
    np_block_t *b;

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        size = np_class_size(c);
        words = 0;

        for (i = 0; i < 12; i++) {
            bytes = h->pool[c].bytes;
            least
                = bytes / 2 > np_options.block ? bytes / 2 : np_options.block;
            least = least < (1 << 20) ? least : 1 << 20;
            ck_assert_int_eq(np_append_block(h, c), 0);
            b = h->pool[c].fresh;
            end = b->end;

            ck_assert_uint_eq(b->last, 0);
            ck_assert_uint_ge(np_block_capacity(b), 1);
            ck_assert_uint_ge(end, words);
            ck_assert(np_is_power_of_2(end));
            ck_assert(end == 1 || b->tail == NP_WORD_SLOTS);
            ck_assert_uint_le(np_block_bytes(b, size),
                              least + 4 * size + 64 * size);
            ck_assert(end == NP_BLOCK_WORDS
                      || 2 * np_block_bytes(b, size) + 64 * size >= least);
            ck_assert_uint_eq(h->pool[c].bytes,
                              bytes + np_block_bytes(b, size));
            words = end;
            check_open(h, c);
        }
    }

    check_laws();
}


START_TEST(shapes_of_small_first_blocks)
{
    check_option("NGXPOOL_BLOCK", "512");
    check_shapes();
}
END_TEST


START_TEST(shapes_by_default)
{
    check_shapes();
}
END_TEST


START_TEST(shapes_of_large_first_blocks)
{
    check_option("NGXPOOL_BLOCK", "1048576");
    check_shapes();
}
END_TEST


START_TEST(blocks_of_whole_pages_begin_at_one)
{
    np_heap_t  *h = np_heap_get();
    np_block_t *b = NULL;
    unsigned    c, i, whole = 0;
    size_t      page = np_mem_page(), bytes;

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        bytes = 1;

        /* until they no longer grow: of larger pages, some sizes have none,
         * nor has the last one of any */
        for (i = 0; i < 40 && bytes % page != 0; i++) {
            ck_assert_int_eq(np_append_block(h, c), 0);
            b = h->pool[c].fresh;
            check_open(h, c);
            bytes = np_block_bytes(b, np_class_size(c));
        }

        if (bytes % page == 0) {
            ck_assert_uint_lt((uintptr_t) np_block_start(b) % page,
                              NP_GRANULE);
            whole++;
        }
    }

    ck_assert_uint_ge(whole, page == 4096 ? NP_CLASS_FIXED - 2 : 4);
}
END_TEST


START_TEST(without_memory_the_pool_is_as_it_was)
{
    np_heap_t *h = np_heap_get();
    size_t     used, n = 0;

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    while (np_append_block(h, 24) == 0) {
        check_open(h, 24);
        n++;
    }

    ck_assert_uint_gt(n, 0);
    ck_assert_ptr_null(h->pool[24].fresh);
    used = check_used();
    /* small blocks were taken when large ones were not to be had */
    ck_assert_uint_gt(used + 2 * NP_WORD_SLOTS,
                      np_window.granules - np_window.first);
    check_laws();
    ck_assert_int_eq(np_append_block(h, 24), -1);
    ck_assert_uint_eq(check_used(), used);

    np_mem_fail(0, 0, 0);
    ck_assert_int_eq(np_append_block(h, 24), 0);
    check_open(h, 24);
    check_laws();
}
END_TEST


START_TEST(without_records_the_run_goes_back)
{
    np_heap_t *h = np_heap_get();
    size_t     used;

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    while (np_header_alloc_locked(1) != NULL) {
    }

    used = check_used();
    ck_assert_int_eq(np_append_block(h, 24), -1);
    ck_assert_uint_eq(check_used(), used);
    check_laws();
}
END_TEST


START_TEST(without_what_stands_beside_records_it_does_too)
{
    np_heap_t *h;
    size_t     used, records;

    check_option("NGXPOOL_CHECK", "1");
    h = np_heap_get();
    (void) check_records_without_side();
    used = check_used();
    ck_assert_int_eq(np_append_block(h, 24), -1);
    ck_assert_uint_eq(check_used(), used);
    /* they serve again */
    records = np_header_used();
    ck_assert_int_eq(np_append_block(h, 24), -1);
    ck_assert_uint_eq(np_header_used(), records);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("append");
    TCase *t = tcase_create("append");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, shapes_of_small_first_blocks);
    tcase_add_test(t, shapes_by_default);
    tcase_add_test(t, shapes_of_large_first_blocks);
    tcase_add_test(t, blocks_of_whole_pages_begin_at_one);
    tcase_add_test(t, without_memory_the_pool_is_as_it_was);
    tcase_add_test(t, without_records_the_run_goes_back);
    tcase_add_test(t, without_what_stands_beside_records_it_does_too);
    suite_add_tcase(s, t);

    return s;
}
