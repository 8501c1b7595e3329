/*
 * np_pool: which slot comes next, which block, and what becomes of a block
 * that is empty or nearly full.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "heap/np_large_block.h"
#include "heap/np_pool.h"
#include "map/np_run.h"

/* with blocks of 32 KiB, a block of 64-byte slots has eight words */
#define CHECK_SIZE  64
#define CHECK_WORDS 8
#define CHECK_SLOTS (CHECK_WORDS * NP_WORD_SLOTS)

static unsigned check_class;


static void
check_setup(void)
{
    check_option("NGXPOOL_BLOCK", "32768");
    check_class = np_class_of(CHECK_SIZE);
}


static np_pool_t *
check_pool(void)
{
    return &np_self->pool[check_class];
}


static np_block_t *
check_block(const void *m)
{
    return np_word_block(check_word(m));
}


/* fills what is left of the pool, and n more blocks' first slots are m[] */
static void
check_take(char **m, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        m[i] = check_alloc(CHECK_SIZE);
        ck_assert_ptr_nonnull(m[i]);
    }
}


static void
check_give(char **m, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        check_free(m[i]);
    }
}


START_TEST(slots_come_in_the_order_of_their_addresses)
{
    static char *m[CHECK_SLOTS];
    size_t       i;

    check_take(m, CHECK_SLOTS);

    for (i = 1; i < CHECK_SLOTS; i++) {
        ck_assert_ptr_eq(m[i], m[0] + i * CHECK_SIZE);
    }

    ck_assert_uint_eq(check_pool()->blocks, 1);
    check_laws();
}
END_TEST


START_TEST(the_lowest_free_slot_of_the_word_is_next)
{
    char *m[10];

    check_take(m, 10);
    check_free(m[7]);
    check_free(m[2]);
    check_free(m[4]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[2]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[4]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[7]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[9] + CHECK_SIZE);
}
END_TEST


START_TEST(words_are_opened_one_at_a_time)
{
    static char *m[CHECK_SLOTS];
    np_block_t  *b;
    size_t       g;

    check_take(m, 1);
    b = check_block(m[0]);
    g = np_window_granule(m[0]);
    ck_assert_uint_eq(b->last, 1);
    ck_assert_uint_eq(b->end, CHECK_WORDS);
    ck_assert_ptr_eq(check_pool()->fresh, b);
    ck_assert_uint_ne(np_window_map()[g + 7], 0);
    ck_assert_uint_eq(np_window_map()[g + 8], 0);

    check_take(m + 1, 64);
    ck_assert_uint_eq(b->last, 2);
    ck_assert_uint_ne(np_window_map()[g + 8], 0);

    check_take(m + 65, CHECK_SLOTS - 65);
    ck_assert_uint_eq(b->last, CHECK_WORDS);
    ck_assert_ptr_null(check_pool()->fresh);
    check_laws();
}
END_TEST


/* their records lie at every second place */
START_TEST(blocks_of_one_word_have_sample_words_too)
{
    static np_word_t *word[128];
    unsigned          i, words = 0, sampled = 0;
    char             *m;

    while (words < 128) {
        m = check_alloc(12300);

        if (np_large_find(m) == NULL && check_word(m)->start == m) {
            word[words++] = check_word(m);
        }
    }

    /* the last is current */
    for (i = 0; i < words - 1; i++) {
        ck_assert_uint_eq(np_word_block(word[i])->end, 1);
        check_free(word[i]->start);
        sampled += atomic_load(&word[i]->xowner) == 0;
    }

    ck_assert_uint_ge(sampled, 5);
    ck_assert_uint_le(sampled, 11);
    check_laws();
}
END_TEST


START_TEST(the_state_of_a_word_says_how_it_is_freed)
{
    static char *m[257 * NP_WORD_SLOTS];
    np_word_t   *w;
    unsigned     i, sampled = 0;

    check_take(m, 257 * NP_WORD_SLOTS);

    for (i = 0; i < 256; i++) {
        w = check_word(m[i * 64]);
        ck_assert_int_eq(w->state, NP_WORD_FULL);
        ck_assert_uint_eq(atomic_load(&w->xowner), 0);
        ck_assert_uint_eq(w->free, 0);

        check_free(m[i * 64 + 5]);
        ck_assert_int_eq(w->state, NP_WORD_PARTIAL);
        ck_assert_uint_eq(w->free, 1 << 5);
        ck_assert_uint_eq(w->mask, ~(uint64_t) 0);

        if (atomic_load(&w->xowner) == 0) {
            sampled++;

        } else {
            ck_assert_uint_eq(atomic_load(&w->xowner), np_thread_pointer());
        }
    }

    /* one word in 16 keeps its frees slow */
    ck_assert_uint_ge(sampled, 14);
    ck_assert_uint_le(sampled, 18);

    w = check_word(m[256 * 64]);
    ck_assert_ptr_eq(w, check_pool()->current);
    ck_assert_int_eq(w->state, NP_WORD_CURRENT);
    ck_assert_uint_eq(w->mask, 0);
    ck_assert_uint_eq(atomic_load(&w->xowner), np_thread_pointer());
    check_laws();
}
END_TEST


/* three full blocks and a full current word in a fourth that has no more */
static void
check_three_blocks(char **m, np_block_t **b)
{
    unsigned i;

    check_take(m, 3 * CHECK_SLOTS);

    for (i = 0; i < 3; i++) {
        b[i] = check_block(m[i * CHECK_SLOTS]);
        ck_assert_uint_eq(b[i]->end, CHECK_WORDS);
        ck_assert_uint_eq(b[i]->avail, 0);
        ck_assert_int_eq(np_queue_empty(&b[i]->chain), 1);
    }
}


START_TEST(blocks_wait_first_in_first_out)
{
    static char *m[3 * CHECK_SLOTS];
    np_block_t  *b[3];
    char        *one = m[0];

    check_three_blocks(m, b);
    ck_assert_uint_eq(check_pool()->blocks, 3);

    one = m[CHECK_SLOTS + 70];
    check_free(one);
    check_free(m[3]);
    ck_assert_ptr_eq(check_pool()->chain.next, &b[1]->chain);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), one);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[3]);

    /* and a fourth one when none has a slot */
    one = check_alloc(CHECK_SIZE);
    ck_assert_uint_eq(check_pool()->blocks, 4);
    ck_assert_ptr_ne(check_block(one), b[0]);
    check_laws();
}
END_TEST


START_TEST(a_pool_stays_in_its_block)
{
    static char *m[3 * CHECK_SLOTS];
    np_block_t  *b[3];

    check_three_blocks(m, b);

    /* two words of block 1, then one of block 0 */
    check_free(m[CHECK_SLOTS]);
    check_free(m[0]);
    check_free(m[CHECK_SLOTS + 64]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[CHECK_SLOTS]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[CHECK_SLOTS + 64]);
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[0]);
}
END_TEST


START_TEST(a_nearly_full_block_is_passed_by)
{
    static char *m[3 * CHECK_SLOTS];
    np_block_t  *b[3];
    np_stats_t   s;
    unsigned     i;

    check_three_blocks(m, b);

    /* one word after the other yields one slot: a miss each time */
    for (i = 0; i <= NP_BLOCK_FAILED; i++) {
        check_free(m[i * 64]);
    }

    ck_assert_int_eq(np_queue_empty(&b[0]->chain), 0);

    for (i = 0; i <= NP_BLOCK_FAILED; i++) {
        ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[i * 64]);
        ck_assert_uint_eq(b[0]->failed, i + 1);
    }

    /* now it is left alone until a quarter of its words have something */
    check_free(m[7 * 64]);
    ck_assert_int_eq(np_queue_empty(&b[0]->chain), 1);
    ck_assert_uint_eq(b[0]->avail, 1 << 7);
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[check_class].passed_by, 1);

    check_free(m[6 * 64]);
    ck_assert_int_eq(np_queue_empty(&b[0]->chain), 0);
    ck_assert_uint_eq(b[0]->failed, 0);
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[check_class].passed_by, 0);
    check_laws();
}
END_TEST


START_TEST(an_empty_pool_is_rewound)
{
    static char *m[CHECK_SLOTS];
    np_block_t  *b;
    char        *first;
    size_t       used;

    check_take(m, CHECK_SLOTS);
    first = m[0];
    b = check_block(first);
    used = check_used();
    check_give(m, CHECK_SLOTS - 1);
    ck_assert_uint_eq(check_pool()->resets, 0);

    /* the last word is current: it has to be left first */
    check_take(m, 1);
    ck_assert_ptr_eq(m[0], first + (CHECK_SLOTS - 64) * CHECK_SIZE);
    check_free(m[0]);
    check_free(m[CHECK_SLOTS - 1]);
    np_pool_leave(np_self, check_class);

    ck_assert_uint_eq(check_pool()->resets, 1);
    ck_assert_uint_eq(check_pool()->blocks, 1);
    ck_assert_ptr_eq(check_pool()->fresh, b);
    ck_assert_uint_eq(b->last, 0);
    ck_assert_uint_eq(check_used(), used);
    check_laws();

    /* and begins again at its start */
    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), first);
    ck_assert_uint_eq(b->last, 1);
    check_laws();
}
END_TEST


START_TEST(empty_blocks_are_handed_back_but_one)
{
    static char *m[6 * CHECK_SLOTS];
    size_t       i;

    check_take(m, 6 * CHECK_SLOTS);
    ck_assert_uint_gt(check_pool()->blocks, 2);

    for (i = 0; i < 6 * CHECK_SLOTS; i += 2) {
        check_free(m[i]);
    }

    for (i = 1; i < 6 * CHECK_SLOTS; i += 2) {
        check_free(m[i]);
    }

    np_pool_leave(np_self, check_class);
    ck_assert_uint_eq(check_pool()->blocks, 1);
    ck_assert_uint_eq(check_used() << NP_GRANULE_SHIFT, check_pool()->bytes);
    check_laws();
}
END_TEST


START_TEST(the_lowest_empty_block_is_kept)
{
    static char *m[3 * CHECK_SLOTS];
    np_block_t  *b[3];
    unsigned     i;

    check_three_blocks(m, b);
    np_pool_leave(np_self, check_class);

    for (i = 3; i-- > 0;) {
        check_give(m + i * CHECK_SLOTS, CHECK_SLOTS);
        ck_assert_ptr_eq(check_pool()->fresh, b[i]);
        ck_assert_uint_eq(check_pool()->blocks, i + 1);
        check_laws();
    }

    ck_assert_ptr_eq(check_alloc(CHECK_SIZE), m[0]);
}
END_TEST


START_TEST(holes_are_used_before_a_block_is_appended)
{
    static char *m[4 * CHECK_SLOTS];
    unsigned     blocks;
    size_t       i;

    check_take(m, 4 * CHECK_SLOTS);
    blocks = check_pool()->blocks;

    for (i = 0; i < 4 * CHECK_SLOTS; i += 4) {
        check_free(m[i]);
    }

    for (i = 0; i < 4 * CHECK_SLOTS; i += 4) {
        m[i] = check_alloc(CHECK_SIZE);
    }

    ck_assert_uint_eq(check_pool()->blocks, blocks);
    check_laws();
}
END_TEST


/* every class, random lifetimes, contents kept */
START_TEST(objects_keep_their_contents)
{
    static char  *m[3000];
    static size_t size[3000];
    unsigned      round, i;

    for (round = 0; round < 60000; round++) {
        i = (unsigned) check_random(3000);

        if (m[i] != NULL) {
            if (!check_filled(m[i], size[i], i)) {
                ck_abort_msg("object %u was changed", i);
            }

            check_free(m[i]);
            m[i] = NULL;

        } else {
            size[i] = check_random(16) == 0 ? check_random(4096)
                                            : check_random(300);
            m[i] = check_alloc(size[i]);

            if (m[i] == NULL || (uintptr_t) m[i] % 16 != 0) {
                ck_abort_msg("object %u is at %p", i, (void *) m[i]);
            }

            check_fill(m[i], size[i], i);
        }

        if (round % 3000 == 0) {
            check_laws();
        }
    }

    for (i = 0; i < 3000; i++) {
        if (m[i] != NULL) {
            check_free(m[i]);
        }
    }

    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("pool");
    TCase *t = tcase_create("pool");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, slots_come_in_the_order_of_their_addresses);
    tcase_add_test(t, the_lowest_free_slot_of_the_word_is_next);
    tcase_add_test(t, words_are_opened_one_at_a_time);
    tcase_add_test(t, blocks_of_one_word_have_sample_words_too);
    tcase_add_test(t, the_state_of_a_word_says_how_it_is_freed);
    tcase_add_test(t, blocks_wait_first_in_first_out);
    tcase_add_test(t, a_pool_stays_in_its_block);
    tcase_add_test(t, a_nearly_full_block_is_passed_by);
    tcase_add_test(t, an_empty_pool_is_rewound);
    tcase_add_test(t, empty_blocks_are_handed_back_but_one);
    tcase_add_test(t, the_lowest_empty_block_is_kept);
    tcase_add_test(t, holes_are_used_before_a_block_is_appended);
    tcase_add_test(t, objects_keep_their_contents);
    suite_add_tcase(s, t);

    return s;
}
