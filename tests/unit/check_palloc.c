/*
 * The pool's small requests: layout, limits, alignment, the chain of blocks,
 * reset and destruction, sentence by sentence.
 */

#include "config.h"

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"

#define SIZE 1024
#define MAX  (SIZE - sizeof(ngx_pool_t))

static ngx_pool_t *pool;


static void
setup(void)
{
    seam_start();
    pool = ngx_create_pool(SIZE, NULL);
    ck_assert_ptr_nonnull(pool);
}


static void
teardown(void)
{
    ngx_destroy_pool(pool);
    ck_assert_uint_eq(seam_live(), 0);
    ck_assert_uint_eq(seam_errors(), 0);
    seam_start();
}


static size_t
offset(size_t block, const void *p)
{
    return (size_t) ((const u_char *) p - seam_block(block)->addr);
}


START_TEST(structures_are_as_nginx_has_them)
{
    ck_assert_uint_eq(sizeof(ngx_pool_t), 80);
    ck_assert_uint_eq(sizeof(ngx_pool_data_t), 32);
    ck_assert_uint_eq(sizeof(ngx_pool_large_t), 16);
    ck_assert_uint_eq(sizeof(ngx_pool_cleanup_t), 24);
    ck_assert_uint_eq(sizeof(ngx_pool_cleanup_file_t), 24);
    ck_assert_uint_eq(offsetof(ngx_pool_t, d.last), 0);
    ck_assert_uint_eq(offsetof(ngx_pool_t, d.end), 8);
    ck_assert_uint_eq(offsetof(ngx_pool_t, d.next), 16);
    ck_assert_uint_eq(offsetof(ngx_pool_t, d.failed), 24);
    ck_assert_uint_eq(offsetof(ngx_pool_t, max), 32);
    ck_assert_uint_eq(offsetof(ngx_pool_t, current), 40);
    ck_assert_uint_eq(offsetof(ngx_pool_t, chain), 48);
    ck_assert_uint_eq(offsetof(ngx_pool_t, large), 56);
    ck_assert_uint_eq(offsetof(ngx_pool_t, cleanup), 64);
    ck_assert_uint_eq(offsetof(ngx_pool_t, log), 72);
    ck_assert_uint_eq(offsetof(ngx_pool_large_t, alloc), 8);
    ck_assert_uint_eq(offsetof(ngx_pool_cleanup_t, handler), 0);
    ck_assert_uint_eq(offsetof(ngx_pool_cleanup_t, data), 8);
    ck_assert_uint_eq(offsetof(ngx_pool_cleanup_t, next), 16);
    ck_assert_uint_eq(offsetof(ngx_pool_cleanup_file_t, name), 8);
    ck_assert_uint_eq(offsetof(ngx_pool_cleanup_file_t, log), 16);
}
END_TEST


START_TEST(constants_are_as_nginx_has_them)
{
    ck_assert_int_eq(NGX_OK, 0);
    ck_assert_int_eq(NGX_ERROR, -1);
    ck_assert_int_eq(NGX_DECLINED, -5);
    ck_assert_uint_eq(NGX_ALIGNMENT, 8);
    ck_assert_uint_eq(NGX_POOL_ALIGNMENT, 16);
    ck_assert_uint_eq(NGX_DEFAULT_POOL_SIZE, 16384);
    ck_assert_uint_eq(NGX_MIN_POOL_SIZE, 112);
    ck_assert_uint_eq(sizeof(ngx_int_t), 8);
    ck_assert_uint_eq(sizeof(ngx_uint_t), 8);
    ck_assert_uint_eq(offsetof(struct ngx_log_s, log_level), 0);
}
END_TEST


START_TEST(a_new_pool_is_one_aligned_block)
{
    ngx_log_t   log = {0};
    ngx_pool_t *p;

    p = ngx_create_pool(512, &log);

    ck_assert_uint_eq(seam_given(), 2);
    ck_assert_ptr_eq(seam_block(1)->addr, p);
    ck_assert_uint_eq(seam_block(1)->size, 512);
    ck_assert_uint_eq(seam_block(1)->align, 16);
    ck_assert_ptr_eq(p->d.last, (u_char *) p + 80);
    ck_assert_ptr_eq(p->d.end, (u_char *) p + 512);
    ck_assert_ptr_null(p->d.next);
    ck_assert_uint_eq(p->d.failed, 0);
    ck_assert_uint_eq(p->max, 432);
    ck_assert_ptr_eq(p->current, p);
    ck_assert_ptr_null(p->chain);
    ck_assert_ptr_null(p->large);
    ck_assert_ptr_null(p->cleanup);
    ck_assert_ptr_eq(p->log, &log);

    ngx_destroy_pool(p);
}
END_TEST


START_TEST(max_is_the_room_or_a_page_less_one)
{
    static const struct {
        size_t size;
        size_t page;
        size_t max;
    } t[] = {
        {80, 4096, 0},         {81, 4096, 1},           {112, 4096, 32},
        {4096, 4096, 4016},    {4174, 4096, 4094},      {4175, 4096, 4095},
        {4176, 4096, 4095},    {16384, 4096, 4095},     {16384, 16384, 16304},
        {65536, 16384, 16383}, {1 << 20, 65536, 65535},
    };
    ngx_pool_t *p;

    ngx_pagesize = t[_i].page;
    p = ngx_create_pool(t[_i].size, NULL);
    ck_assert_uint_eq(p->max, t[_i].max);
    ngx_destroy_pool(p);
}
END_TEST


START_TEST(a_pool_smaller_than_its_structure_is_refused)
{
    size_t calls = seam_calls();

    ck_assert_ptr_null(ngx_create_pool(0, NULL));
    ck_assert_ptr_null(ngx_create_pool(79, NULL));
    ck_assert_uint_eq(seam_calls(), calls);
}
END_TEST


START_TEST(palloc_aligns_and_pnalloc_does_not)
{
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 3)), 80);
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 1)), 88);
    ck_assert_uint_eq(offset(0, ngx_pnalloc(pool, 3)), 89);
    ck_assert_uint_eq(offset(0, ngx_pnalloc(pool, 1)), 92);
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 8)), 96);
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 8)), 104);
    ck_assert_uint_eq(seam_given(), 1);
}
END_TEST


START_TEST(zero_bytes_move_nothing)
{
    ck_assert_uint_eq(offset(0, ngx_pnalloc(pool, 0)), 80);
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 0)), 80);
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 1)), 80);
}
END_TEST


START_TEST(pcalloc_clears_small_and_large)
{
    static const u_char zero[2 * SIZE];
    u_char             *p;
    size_t              n = _i == 0 ? 100 : 2 * SIZE;

    p = ngx_palloc(pool, n);
    ck_assert_int_ne(memcmp(p, zero, n), 0);

    p = ngx_pcalloc(pool, n);
    ck_assert_int_eq(memcmp(p, zero, n), 0);
}
END_TEST


START_TEST(max_bytes_are_small_and_one_more_is_large)
{
    ck_assert_uint_eq(offset(0, ngx_palloc(pool, MAX)), 80);
    ck_assert_ptr_eq(pool->d.last, pool->d.end);
    ck_assert_uint_eq(seam_given(), 1);

    ck_assert_uint_eq(offset(1, ngx_palloc(pool, MAX + 1)), 0);
    ck_assert_uint_eq(seam_block(1)->size, MAX + 1);
    ck_assert_uint_eq(seam_block(1)->align, 0);
    ck_assert_ptr_eq(pool->large->alloc, seam_block(1)->addr);
}
END_TEST


START_TEST(later_blocks_are_as_large_and_carry_only_their_data)
{
    ngx_pool_t *b;

    ngx_palloc(pool, MAX);
    ck_assert_uint_eq(offset(1, ngx_pnalloc(pool, 5)), 32);

    b = pool->d.next;
    ck_assert_ptr_eq(b, seam_block(1)->addr);
    ck_assert_uint_eq(seam_block(1)->size, SIZE);
    ck_assert_uint_eq(seam_block(1)->align, 16);
    ck_assert_uint_eq(offset(1, b->d.last), 37);
    ck_assert_uint_eq(offset(1, b->d.end), SIZE);
    ck_assert_ptr_null(b->d.next);
    ck_assert_uint_eq(b->d.failed, 0);
    ck_assert_ptr_eq(pool->current, pool);

    /* everything behind the 32 bytes is for requests */
    ck_assert_uint_eq(offset(1, ngx_pnalloc(pool, MAX)), 37);
    ck_assert_uint_eq(offset(1, ngx_pnalloc(pool, SIZE - MAX - 37)), 37 + MAX);
    ck_assert_ptr_eq(b->d.last, b->d.end);
    ck_assert_uint_eq(seam_given(), 2);
}
END_TEST


START_TEST(the_walk_begins_at_current_and_takes_the_first_fit)
{
    ngx_palloc(pool, MAX - 64);
    ngx_palloc(pool, MAX - 64);
    ngx_palloc(pool, MAX - 32);
    ck_assert_uint_eq(seam_given(), 3);

    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 64)), SIZE - 64);
    ck_assert_uint_eq(offset(1, ngx_palloc(pool, 112)), SIZE - 112);
    ck_assert_uint_eq(offset(2, ngx_palloc(pool, 16)), SIZE - 80);

    pool->current = pool->d.next->d.next;
    ck_assert_uint_eq(offset(2, ngx_palloc(pool, 8)), SIZE - 64);
}
END_TEST


START_TEST(a_block_is_skipped_after_its_sixth_miss)
{
    size_t k;

    ngx_palloc(pool, MAX - 16);

    /* the first new block comes when there is none to pass by but the last */
    for (k = 1; k <= 6; k++) {
        ngx_palloc(pool, MAX);
        ck_assert_uint_eq(seam_given(), k + 1);
        ck_assert_uint_eq(pool->d.failed, k - 1);
        ck_assert_ptr_eq(pool->current, pool);
    }

    ck_assert_uint_eq(offset(0, ngx_palloc(pool, 8)), SIZE - 16);

    ngx_palloc(pool, MAX);
    ck_assert_uint_eq(pool->d.failed, 6);
    ck_assert_ptr_eq(pool->current, pool->d.next);
    ck_assert_uint_eq(pool->d.next->d.failed, 5);

    /* 8 bytes are left in the first block, 48 in the second */
    ck_assert_uint_eq(offset(1, ngx_palloc(pool, 8)), SIZE - 48);

    ngx_palloc(pool, MAX);
    ck_assert_uint_eq(pool->d.failed, 6);
    ck_assert_uint_eq(pool->d.next->d.failed, 6);
    ck_assert_ptr_eq(pool->current, pool->d.next->d.next);
}
END_TEST


START_TEST(several_blocks_can_be_passed_by_at_once)
{
    size_t      k;
    ngx_pool_t *b;

    for (k = 0; k < 4; k++) {
        ngx_palloc(pool, MAX);
    }

    for (b = pool; b->d.next != NULL; b = b->d.next) {
        b->d.failed = 5;
    }

    ngx_palloc(pool, MAX);
    ck_assert_ptr_eq(pool->current, b);
    ck_assert_uint_eq(b->d.failed, 0);
    ck_assert_ptr_eq(b->d.next, seam_block(4)->addr);
}
END_TEST


START_TEST(aligning_never_passes_the_end_of_an_odd_block)
{
    ngx_pool_t *p;

    p = ngx_create_pool(101, NULL);
    ck_assert_uint_eq(offset(1, ngx_pnalloc(p, 19)), 80);
    ck_assert_uint_eq(p->max, 21);

    /* the next multiple of 8 is 104 */
    ck_assert_uint_eq(offset(2, ngx_palloc(p, 0)), 32);
    ck_assert_uint_eq(offset(2, ngx_palloc(p, 1)), 32);
    ck_assert_uint_eq(offset(1, ngx_pnalloc(p, 2)), 99);

    ngx_destroy_pool(p);
}
END_TEST


START_TEST(the_smallest_pool_serves_all_the_same)
{
    ngx_pool_t *p;

    p = ngx_create_pool(80, NULL);
    ck_assert_uint_eq(offset(1, ngx_palloc(p, 0)), 80);
    ck_assert_uint_eq(offset(2, ngx_palloc(p, 1)), 0);
    ck_assert_uint_eq(seam_block(3)->size, 80);
    ck_assert_uint_eq(offset(3, p->large), 32);

    ngx_destroy_pool(p);
}
END_TEST


static unsigned cleanups;


static void
count_cleanup(void *data)
{
    (void) data;
    cleanups++;
}


START_TEST(reset_rewinds_every_block_and_frees_only_large_ones)
{
    size_t              k;
    ngx_pool_t         *b;
    ngx_pool_cleanup_t *c;

    cleanups = 0;
    c = ngx_pool_cleanup_add(pool, 0);
    c->handler = count_cleanup;

    for (k = 0; k < 10; k++) {
        ngx_palloc(pool, MAX);
    }

    ngx_palloc(pool, MAX + 1);
    ngx_palloc(pool, MAX + 1);
    pool->chain = (ngx_chain_t *) pool;
    ck_assert_ptr_ne(pool->current, pool);
    ck_assert_uint_eq(seam_live(), 13);

    ngx_reset_pool(pool);

    ck_assert_uint_eq(cleanups, 0);
    ck_assert_ptr_eq(pool->cleanup, c);
    pool->cleanup = NULL;

    ck_assert_uint_eq(seam_live(), 11);
    ck_assert_uint_ne(seam_block(11)->freed, 0);
    ck_assert_uint_ne(seam_block(12)->freed, 0);
    ck_assert_ptr_eq(pool->current, pool);
    ck_assert_ptr_null(pool->chain);
    ck_assert_ptr_null(pool->large);

    for (b = pool, k = 0; b != NULL; b = b->d.next, k++) {
        ck_assert_ptr_eq(b, seam_block(k)->addr);
        ck_assert_uint_eq(offset(k, b->d.last), sizeof(ngx_pool_t));
        ck_assert_uint_eq(b->d.failed, 0);
    }

    /* the later blocks serve as much as the first: 48 bytes less than new */
    for (k = 0; k < 11; k++) {
        ck_assert_uint_eq(offset(k, ngx_palloc(pool, MAX)), 80);
    }

    ck_assert_uint_eq(seam_given(), 13);
}
END_TEST


static size_t live_at_cleanup;


static void
note_live(void *data)
{
    *(u_char *) data = 1;
    live_at_cleanup = seam_live();
}


START_TEST(destroy_runs_cleanups_then_frees_large_then_blocks)
{
    ngx_pool_t         *p;
    ngx_pool_cleanup_t *c;

    p = ngx_create_pool(SIZE, NULL);
    c = ngx_pool_cleanup_add(p, 0);
    c->handler = note_live;
    c->data = ngx_palloc(p, MAX + 1);
    ngx_palloc(p, MAX);
    ngx_palloc(p, MAX + 1);
    ngx_palloc(p, MAX);
    ck_assert_uint_eq(seam_given(), 6);

    ngx_destroy_pool(p);

    /* 0 is the fixture's; 1, 3 and 5 are blocks, 2 and 4 large ones */
    ck_assert_uint_eq(live_at_cleanup, 6);
    ck_assert_uint_eq(seam_block(4)->freed, 1);
    ck_assert_uint_eq(seam_block(2)->freed, 2);
    ck_assert_uint_eq(seam_block(1)->freed, 3);
    ck_assert_uint_eq(seam_block(3)->freed, 4);
    ck_assert_uint_eq(seam_block(5)->freed, 5);
    ck_assert_uint_eq(seam_live(), 1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc");
    TCase *t = tcase_create("small");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, structures_are_as_nginx_has_them);
    tcase_add_test(t, constants_are_as_nginx_has_them);
    tcase_add_test(t, a_new_pool_is_one_aligned_block);
    tcase_add_loop_test(t, max_is_the_room_or_a_page_less_one, 0, 11);
    tcase_add_test(t, a_pool_smaller_than_its_structure_is_refused);
    tcase_add_test(t, palloc_aligns_and_pnalloc_does_not);
    tcase_add_test(t, zero_bytes_move_nothing);
    tcase_add_loop_test(t, pcalloc_clears_small_and_large, 0, 2);
    tcase_add_test(t, max_bytes_are_small_and_one_more_is_large);
    tcase_add_test(t, later_blocks_are_as_large_and_carry_only_their_data);
    tcase_add_test(t, the_walk_begins_at_current_and_takes_the_first_fit);
    tcase_add_test(t, a_block_is_skipped_after_its_sixth_miss);
    tcase_add_test(t, several_blocks_can_be_passed_by_at_once);
    tcase_add_test(t, aligning_never_passes_the_end_of_an_odd_block);
    tcase_add_test(t, the_smallest_pool_serves_all_the_same);
    tcase_add_test(t, reset_rewinds_every_block_and_frees_only_large_ones);
    tcase_add_test(t, destroy_runs_cleanups_then_frees_large_then_blocks);
    suite_add_tcase(s, t);

    return s;
}
