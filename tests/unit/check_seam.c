/*
 * np_seam: nginx pools over the OS layer and over the heap.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "heap/np_literal.h"
#include "heap/np_seam.h"
#include "os/np_mem.h"


static void
check_setup(void)
{
    check_option("NGXPOOL_RECLAIM", "off");
    ck_assert_ptr_nonnull(np_heap_get());
}


static void
check_pool(ngx_log_t *log)
{
    ngx_pool_t *p = ngx_create_pool(4096, log);
    char       *m[100], *large;
    unsigned    i;

    ck_assert_ptr_nonnull(p);

    for (i = 0; i < 100; i++) {
        m[i] = ngx_palloc(p, 200);
        ck_assert_ptr_nonnull(m[i]);
        check_fill(m[i], 200, i);
    }

    large = ngx_pcalloc(p, 50000);
    ck_assert(large != NULL && check_all(large, 0, 50000));

    for (i = 0; i < 100; i++) {
        ck_assert(check_filled(m[i], 200, i));
    }

    ngx_destroy_pool(p);
}


START_TEST(the_books_are_mappings_of_their_own)
{
    size_t bytes = np_seam_books_bytes();
    void  *m;

    check_pool(&np_seam_books);
    ck_assert_uint_eq(np_seam_books_bytes(), bytes);

    m = ngx_alloc(100, &np_seam_books);
    ck_assert_uint_eq(np_seam_books_bytes(), bytes + np_mem_page());
    ck_assert_uint_ge(np_window_granule(m), np_window.granules);
    memset(m, 1, 100);
    ngx_free(m);
    ck_assert_uint_eq(np_seam_books_bytes(), bytes);
}
END_TEST


START_TEST(objects_are_runs_of_the_heap)
{
    np_literal_counters_t before, after;
    size_t                used = check_used();
    void                 *m;

    np_literal_count(&before);
    check_pool(&np_seam_objects);
    np_literal_count(&after);
    ck_assert_uint_eq(after.blocks, before.blocks);
    ck_assert_uint_eq(after.bytes, before.bytes);
    ck_assert_uint_eq(check_used(), used);

    m = ngx_alloc(1000, &np_seam_objects);
    ck_assert_uint_lt(np_window_granule(m), np_window.granules);
    ck_assert_uint_eq(check_used(), used + 2);
    ngx_free(m);
    ck_assert_uint_eq(check_used(), used);

    m = ngx_calloc(5000, &np_seam_objects);
    ck_assert(check_all(m, 0, 5000));
    memset(m, 1, 5000);
    ngx_free(m);
    m = ngx_calloc(5000, &np_seam_objects);
    ck_assert(check_all(m, 0, 5000));
    ngx_free(m);
    check_laws();
}
END_TEST


START_TEST(the_books_pool_gives_zeroed_pieces)
{
    char    *m, *last = NULL;
    unsigned i;

    for (i = 0; i < 300; i++) {
        np_lock(&np_heaps_lock);
        m = np_seam_book_locked(1000);
        np_unlock(&np_heaps_lock);
        ck_assert(m != NULL && m != last && check_all(m, 0, 1000));
        memset(m, 1, 1000);
        last = m;
    }

    ck_assert_uint_ge(np_seam_books_bytes(), 300 * 1000);
    ck_assert_uint_le(np_seam_books_bytes(), 2 * 300 * 1000);
}
END_TEST


START_TEST(what_the_kernel_refuses_is_null)
{
    size_t bytes = np_seam_books_bytes();
    size_t used = check_used();

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_ptr_null(ngx_create_pool(4096, &np_seam_books));
    ck_assert_ptr_null(ngx_alloc(64 << 20, &np_seam_objects));
    ck_assert_ptr_null(ngx_calloc(64 << 20, &np_seam_objects));
    ck_assert_ptr_null(ngx_alloc(SIZE_MAX - 10, &np_seam_books));
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(np_seam_books_bytes(), bytes);
    ck_assert_uint_eq(check_used(), used);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("seam");
    TCase *t = tcase_create("seam");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, the_books_are_mappings_of_their_own);
    tcase_add_test(t, objects_are_runs_of_the_heap);
    tcase_add_test(t, the_books_pool_gives_zeroed_pieces);
    tcase_add_test(t, what_the_kernel_refuses_is_null);
    suite_add_tcase(s, t);

    return s;
}
