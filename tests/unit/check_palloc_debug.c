/*
 * The pool compiled with NGX_DEBUG_PALLOC: every request is a large block of
 * exactly its size, so that a memory checker sees the end of each.
 */

#include "config.h"

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"


START_TEST(every_request_is_a_block_of_its_own)
{
    ngx_pool_t         *pool;
    ngx_pool_cleanup_t *c;

    seam_start();
    pool = ngx_create_pool(4096, NULL);

    ck_assert_ptr_eq(ngx_palloc(pool, 10), seam_block(1)->addr);
    ck_assert_uint_eq(seam_block(1)->size, 10);
    ck_assert_ptr_eq(ngx_pnalloc(pool, 3), seam_block(2)->addr);
    ck_assert_uint_eq(seam_block(2)->size, 3);
    ck_assert_ptr_eq(ngx_pcalloc(pool, 7), seam_block(3)->addr);
    ck_assert_uint_eq(seam_block(3)->size, 7);

    c = ngx_pool_cleanup_add(pool, 5);
    ck_assert_ptr_eq(c, seam_block(4)->addr);
    ck_assert_ptr_eq(c->data, seam_block(5)->addr);
    ck_assert_uint_eq(seam_block(5)->size, 5);

    ck_assert_int_eq(ngx_pfree(pool, seam_block(1)->addr), NGX_OK);
    ck_assert_uint_eq(seam_live(), 5);

    ngx_destroy_pool(pool);
    ck_assert_uint_eq(seam_live(), 0);
    ck_assert_uint_eq(seam_errors(), 0);
    seam_start();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc_debug");
    TCase *t = tcase_create("debug");

    tcase_add_test(t, every_request_is_a_block_of_its_own);
    suite_add_tcase(s, t);

    return s;
}
