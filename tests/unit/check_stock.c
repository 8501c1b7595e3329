/*
 * np_stock: empty blocks that threads keep for those that come after them,
 * how many, and that they can be had back.
 */

#include "config.h"

#include "check_heap.h"
#include "heap/np_class.h"
#include "heap/np_purge.h"
#include "heap/np_stock.h"
#include "map/np_run.h"

#define CHECK_OBJECTS 200
#define CHECK_SIZE    1000

static void *check_m[CHECK_OBJECTS];


static void
check_fill_and_empty(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(CHECK_SIZE);
        check_fill(check_m[i], CHECK_SIZE, (unsigned) i);
    }

    for (i = 0; i < CHECK_OBJECTS; i++) {
        ck_assert(check_filled(check_m[i], CHECK_SIZE, (unsigned) i));
        check_free(check_m[i]);
    }
}


/* the heap that it had */
static void *
check_work(void *arg)
{
    check_fill_and_empty();
    ck_assert(np_heap_is_valid(np_self));

    return arg == NULL ? np_self : arg;
}


START_TEST(a_lone_thread_keeps_none)
{
    check_fill_and_empty();
    ck_assert_uint_eq(np_self->stocked, 0);
    check_laws();
}
END_TEST


START_TEST(the_next_thread_finds_it)
{
    np_heap_t *h;
    size_t     used, stocked;
    int        i;

    check_free(check_alloc(16));
    h = check_in_thread(check_work, NULL);
    used = check_used();
    stocked = h->stocked;
    ck_assert_int_eq(h->attached, 0);
    ck_assert_uint_gt(stocked, 0);
    ck_assert_uint_le(stocked, NP_STOCK_BYTES / 2);
    ck_assert_uint_le(stocked, used << NP_GRANULE_SHIFT);
    ck_assert(np_heap_is_valid(h));
    check_laws();

    for (i = 0; i < 20; i++) {
        ck_assert_ptr_eq(check_in_thread(check_work, NULL), h);
        ck_assert_uint_eq(check_used(), used);
        ck_assert_uint_eq(h->stocked, stocked);
        check_laws();
    }
}
END_TEST


/* what was taken out of stock is an ordinary block, also when it stays */
static void *
check_take_one(void *arg)
{
    size_t      stocked = np_heap_get()->stocked;
    void       *m = check_alloc(CHECK_SIZE);
    np_block_t *b = np_word_block(check_word(m));

    ck_assert_int_eq(np_stock_has(b), 0);
    ck_assert_uint_eq(np_self->stocked,
                      stocked - np_block_bytes(b, check_word(m)->size));
    check_fill(m, CHECK_SIZE, 7);

    return arg == NULL ? m : arg;
}


START_TEST(a_block_of_it_can_become_an_orphan)
{
    np_stats_t s;
    void      *m;

    check_free(check_alloc(16));
    (void) check_in_thread(check_work, NULL);
    m = check_in_thread(check_take_one, NULL);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 1);
    ck_assert(check_filled(m, CHECK_SIZE, 7));
    check_free(m);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


START_TEST(trimming_gives_it_back)
{
    np_heap_t *h;
    size_t     used;

    check_free(check_alloc(16));
    used = check_used();
    h = check_in_thread(check_work, NULL);
    check_fill_and_empty();
    ck_assert_uint_gt(h->stocked, 0);
    ck_assert_uint_gt(np_self->stocked, 0);
    ck_assert_uint_gt(np_purge_all(), 0);
    ck_assert_uint_eq(h->stocked, 0);
    ck_assert_uint_eq(np_self->stocked, 0);
    ck_assert(np_heap_is_valid(h));
    check_laws();

    /* this thread's pool keeps a block that is ready for use */
    used += np_self->pool[np_class_of(CHECK_SIZE)].bytes >> NP_GRANULE_SHIFT;
    ck_assert_uint_eq(check_used(), used);
}
END_TEST


START_TEST(shares_shrink_as_heaps_are_made)
{
    np_heap_t *h[2];
    size_t     stocked;

    check_fill_and_empty();
    h[0] = np_self;
    h[1] = check_in_thread(check_work, NULL);
    np_heaps_made = NP_STOCK_BYTES / CHECK_SIZE + 1;
    check_fill_and_empty();
    ck_assert_uint_eq(h[0]->stocked, 0);

    /* who has more keeps what it has until it is used */
    stocked = h[1]->stocked;
    ck_assert_uint_gt(stocked, 50 * 1000);
    ck_assert_ptr_eq(check_in_thread(check_work, NULL), h[1]);
    ck_assert_uint_lt(h[1]->stocked, stocked / 4);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("stock");
    TCase *t = tcase_create("stock");

    tcase_add_test(t, a_lone_thread_keeps_none);
    tcase_add_test(t, the_next_thread_finds_it);
    tcase_add_test(t, a_block_of_it_can_become_an_orphan);
    tcase_add_test(t, trimming_gives_it_back);
    tcase_add_test(t, shares_shrink_as_heaps_are_made);
    suite_add_tcase(s, t);

    return s;
}
