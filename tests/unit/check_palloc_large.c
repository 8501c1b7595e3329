/*
 * The pool's large blocks: which node a block hangs on, what ngx_pfree()
 * takes, what ngx_pmemalign() makes.
 */

#include "config.h"

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"

#define SIZE  4096
#define LARGE (SIZE - sizeof(ngx_pool_t) + 1)

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


/* the node at place i of the list, newest = 0 */
static ngx_pool_large_t *
node(size_t i)
{
    ngx_pool_large_t *l = pool->large;

    while (i-- > 0) {
        l = l->next;
    }

    return l;
}


static size_t
nodes(void)
{
    size_t            n = 0;
    ngx_pool_large_t *l;

    for (l = pool->large; l != NULL; l = l->next) {
        n++;
    }

    return n;
}


START_TEST(a_large_block_comes_from_the_seam_and_its_node_from_the_pool)
{
    void *p = ngx_palloc(pool, 10000);

    ck_assert_ptr_eq(p, seam_block(1)->addr);
    ck_assert_uint_eq(seam_block(1)->size, 10000);
    ck_assert_ptr_eq((u_char *) pool->large, (u_char *) pool + 80);
    ck_assert_ptr_eq(pool->large->alloc, p);
    ck_assert_ptr_null(pool->large->next);
    ck_assert_ptr_eq(pool->d.last, (u_char *) pool + 96);
}
END_TEST


START_TEST(pnalloc_and_pcalloc_make_large_blocks_too)
{
    ck_assert_ptr_eq(ngx_pnalloc(pool, LARGE), seam_block(1)->addr);
    ck_assert_ptr_eq(ngx_pcalloc(pool, LARGE), seam_block(2)->addr);
    ck_assert_uint_eq(nodes(), 2);
}
END_TEST


START_TEST(the_node_of_a_large_block_is_aligned)
{
    ngx_pnalloc(pool, 1);
    ngx_palloc(pool, LARGE);
    ck_assert_ptr_eq((u_char *) pool->large, (u_char *) pool + 88);
}
END_TEST


START_TEST(the_newest_node_is_first)
{
    void *a = ngx_palloc(pool, LARGE);
    void *b = ngx_palloc(pool, LARGE);

    ck_assert_ptr_eq(node(0)->alloc, b);
    ck_assert_ptr_eq(node(1)->alloc, a);
}
END_TEST


/* of six nodes the one at place _i is empty */
START_TEST(an_empty_node_is_used_again_if_among_the_first_five)
{
    size_t            k;
    void             *p;
    u_char           *last;
    ngx_pool_large_t *empty;

    for (k = 0; k < 6; k++) {
        ngx_palloc(pool, LARGE);
    }

    empty = node((size_t) _i);
    last = pool->d.last;
    ck_assert_int_eq(ngx_pfree(pool, empty->alloc), NGX_OK);
    ck_assert_ptr_null(empty->alloc);

    p = ngx_palloc(pool, LARGE);

    if (_i < 5) {
        ck_assert_ptr_eq(empty->alloc, p);
        ck_assert_uint_eq(nodes(), 6);
        ck_assert_ptr_eq(pool->d.last, last);

    } else {
        ck_assert_ptr_null(empty->alloc);
        ck_assert_ptr_eq(node(0)->alloc, p);
        ck_assert_uint_eq(nodes(), 7);
        ck_assert_ptr_eq(pool->d.last, last + sizeof(ngx_pool_large_t));
    }
}
END_TEST


START_TEST(of_two_empty_nodes_the_newer_is_used)
{
    size_t k;
    void  *p;

    for (k = 0; k < 4; k++) {
        ngx_palloc(pool, LARGE);
    }

    ngx_pfree(pool, node(3)->alloc);
    ngx_pfree(pool, node(1)->alloc);
    p = ngx_palloc(pool, LARGE);
    ck_assert_ptr_eq(node(1)->alloc, p);
    ck_assert_ptr_null(node(3)->alloc);
}
END_TEST


START_TEST(pfree_frees_large_blocks_wherever_they_hang)
{
    size_t k;

    for (k = 0; k < 20; k++) {
        ngx_palloc(pool, LARGE);
    }

    ck_assert_int_eq(ngx_pfree(pool, seam_block(1)->addr), NGX_OK);
    ck_assert_int_eq(ngx_pfree(pool, seam_block(20)->addr), NGX_OK);
    ck_assert_uint_eq(seam_block(1)->freed, 1);
    ck_assert_uint_eq(seam_block(20)->freed, 2);
    ck_assert_uint_eq(seam_live(), 19);
    ck_assert_uint_eq(nodes(), 20);
}
END_TEST


START_TEST(pfree_declines_everything_else)
{
    int         local;
    u_char     *large = ngx_palloc(pool, LARGE);
    void       *small = ngx_palloc(pool, 10);
    ngx_pool_t *other = ngx_create_pool(SIZE, NULL);

    ck_assert_int_eq(ngx_pfree(pool, small), NGX_DECLINED);
    ck_assert_int_eq(ngx_pfree(pool, pool), NGX_DECLINED);
    ck_assert_int_eq(ngx_pfree(pool, &local), NGX_DECLINED);
    ck_assert_int_eq(ngx_pfree(pool, large + 8), NGX_DECLINED);
    ck_assert_int_eq(ngx_pfree(pool, NULL), NGX_DECLINED);
    ck_assert_int_eq(ngx_pfree(other, large), NGX_DECLINED);
    ck_assert_uint_eq(seam_live(), 3);

    ck_assert_int_eq(ngx_pfree(pool, large), NGX_OK);
    ck_assert_int_eq(ngx_pfree(pool, large), NGX_DECLINED);
    ck_assert_uint_eq(seam_live(), 2);

    ngx_destroy_pool(other);
}
END_TEST


START_TEST(pmemalign_makes_a_large_block_of_any_size)
{
    size_t align = (size_t) 8 << _i;
    void  *p;

    p = ngx_pmemalign(pool, 1, align);
    ck_assert_ptr_eq(p, seam_block(1)->addr);
    ck_assert_uint_eq(seam_block(1)->size, 1);
    ck_assert_uint_eq(seam_block(1)->align, align);
    ck_assert_uint_eq((uintptr_t) p & (align - 1), 0);
    ck_assert_ptr_eq(pool->large->alloc, p);
    ck_assert_int_eq(ngx_pfree(pool, p), NGX_OK);
}
END_TEST


START_TEST(pmemalign_always_takes_a_new_node)
{
    void *p;

    ngx_pfree(pool, ngx_palloc(pool, LARGE));
    p = ngx_pmemalign(pool, LARGE, 64);
    ck_assert_uint_eq(nodes(), 2);
    ck_assert_ptr_eq(node(0)->alloc, p);
    ck_assert_ptr_null(node(1)->alloc);
}
END_TEST


START_TEST(a_node_that_does_not_fit_makes_a_block)
{
    ngx_palloc(pool, SIZE - 80 - 8);
    ngx_palloc(pool, LARGE);

    ck_assert_uint_eq(seam_given(), 3);
    ck_assert_uint_eq(seam_block(2)->size, SIZE);
    ck_assert_ptr_eq((u_char *) pool->large, seam_block(2)->addr + 32);
}
END_TEST


START_TEST(without_memory_for_its_node_a_large_block_goes_back)
{
    size_t room = (size_t) (pool->d.end - pool->d.last);

    ngx_palloc(pool, room);
    seam_fail(2, 0);

    if (_i == 0) {
        ck_assert_ptr_null(ngx_palloc(pool, LARGE));

    } else {
        ck_assert_ptr_null(ngx_pmemalign(pool, LARGE, 64));
    }

    ck_assert_uint_eq(seam_calls(), 3);
    ck_assert_uint_eq(seam_live(), 1);
    ck_assert_ptr_null(pool->large);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc_large");
    TCase *t = tcase_create("large");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(
        t, a_large_block_comes_from_the_seam_and_its_node_from_the_pool);
    tcase_add_test(t, pnalloc_and_pcalloc_make_large_blocks_too);
    tcase_add_test(t, the_node_of_a_large_block_is_aligned);
    tcase_add_test(t, the_newest_node_is_first);
    tcase_add_loop_test(t, an_empty_node_is_used_again_if_among_the_first_five,
                        0, 6);
    tcase_add_test(t, of_two_empty_nodes_the_newer_is_used);
    tcase_add_test(t, pfree_frees_large_blocks_wherever_they_hang);
    tcase_add_test(t, pfree_declines_everything_else);
    tcase_add_loop_test(t, pmemalign_makes_a_large_block_of_any_size, 0, 14);
    tcase_add_test(t, pmemalign_always_takes_a_new_node);
    tcase_add_test(t, a_node_that_does_not_fit_makes_a_block);
    tcase_add_loop_test(t, without_memory_for_its_node_a_large_block_goes_back,
                        0, 2);
    suite_add_tcase(s, t);

    return s;
}
