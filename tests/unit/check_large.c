/*
 * np_large: bins, growing and shrinking in place, mappings of their own, and
 * every alignment.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_large.h"
#include "map/np_header.h"
#include "map/np_run.h"
#include "os/np_mem.h"

#define CHECK_MAPPED ((size_t) 40 << 20)


static np_large_t *
check_large(const void *m)
{
    np_large_t *l = np_large_find(m);

    ck_assert_ptr_nonnull(l);
    ck_assert_ptr_eq(l->start, m);

    return l;
}


static char *
check_take(size_t n)
{
    char *m = check_alloc(n);

    ck_assert_ptr_nonnull(m);
    ck_assert_uint_ge(check_large(m)->size, n);

    return m;
}


/* where the run of the block at m begins */
static char *
check_run(const void *m)
{
    np_large_t *l = check_large(m);

    return l->start - l->front;
}


START_TEST(sizes_are_rounded_to_granules_then_pages)
{
    size_t page = np_mem_page();
    size_t n, want;
    char  *m;

    for (n = 4096; n < 70000; n += 321) {
        m = check_take(n);
        want = np_align_up(n, n <= 65536 ? NP_GRANULE : page);
        ck_assert_uint_eq(np_large_bytes(check_large(m)), want);
        ck_assert_uint_eq(
            (uintptr_t) check_run(m) % (want % page == 0 ? page : 512), 0);
        check_free(m);
    }

    check_laws();
}
END_TEST


START_TEST(blocks_of_a_size_begin_in_many_cache_sets)
{
    uint64_t sets = 0;
    size_t   i, front;
    char    *m;

    for (i = 0; i < 1000; i++) {
        m = check_take(16400);
        front = check_large(m)->front;
        ck_assert_uint_lt(front, NP_GRANULE);
        ck_assert_uint_eq(front % NP_CACHE_LINE, 0);
        sets |= (uint64_t) 1 << ((uintptr_t) m / NP_CACHE_LINE % 64);
    }

    /* runs of 33 granules alone would leave 8 of 64 */
    ck_assert_uint_ge(np_bit_count(sets), 24);
    check_laws();
}
END_TEST


START_TEST(a_freed_block_waits_for_the_same_size)
{
    char      *a = check_take(20000);
    char      *b = check_take(20000);
    char      *first = check_run(a);
    char      *second = check_run(b);
    np_stats_t s;

    check_free(a);
    check_free(b);
    ck_assert_uint_eq(np_self->large_cached,
                      2 * np_align_up(20000, NP_GRANULE));
    check_snapshot(&s);
    ck_assert_uint_eq(s.large.count, 0);
    ck_assert_uint_eq(s.large.cached_bytes, np_self->large_cached);

    ck_assert_ptr_ne(check_run(check_take(20000 + np_mem_page())), second);
    ck_assert_ptr_eq(check_run(check_take(20100)), second);
    ck_assert_ptr_eq(check_run(check_take(20480)), first);
    ck_assert_uint_eq(np_self->large_cached, 0);
    check_laws();
}
END_TEST


START_TEST(an_aligned_block_is_kept_for_such_requests)
{
    size_t page = np_mem_page();
    char  *m = np_alloc_aligned(page, page);
    char  *odd;

    check_free(m);
    ck_assert_uint_eq(np_self->large_cached, page);
    ck_assert_ptr_eq(np_alloc_aligned(page, page), m);
    ck_assert_uint_eq(np_self->large_cached, 0);

    /* one that does not fit stays where it is */
    do {
        odd = check_take(9000);
    } while ((uintptr_t) check_run(odd) % page == 0);

    check_free(odd);
    m = np_alloc_aligned(page, 9000);
    ck_assert_uint_eq((uintptr_t) m % page, 0);
    ck_assert_uint_ne(np_self->large_cached, 0);
    check_laws();
}
END_TEST


/* slots of 1536 bytes, and of 1152 and 2304 */
START_TEST(a_small_aligned_one_is_large_where_that_takes_less)
{
    ck_assert_ptr_nonnull(np_large_find(np_alloc_aligned(512, 1024)));
    ck_assert_ptr_null(np_large_find(np_alloc_aligned(64, 1024)));
    ck_assert_ptr_null(np_large_find(np_alloc_aligned(256, 2048)));
    ck_assert_ptr_null(np_large_find(np_alloc_aligned(512, 512)));
    check_laws();
}
END_TEST


START_TEST(sizes_of_the_past_make_room)
{
    size_t past = 20000, now = 30000, n = NP_LARGE_CACHE / past, i;
    char  *m[NP_LARGE_CACHE / 20000];
    char  *last;

    for (i = 0; i < n; i++) {
        m[i] = check_take(past);
    }

    for (i = 0; i < n; i++) {
        check_free(m[i]);
    }

    ck_assert_uint_gt(np_self->large_cached + now, NP_LARGE_CACHE);

    for (i = 0; i < NP_LARGE_BINS; i++) {
        check_free(check_take(now));
    }

    last = check_take(now);
    ck_assert_uint_eq(np_self->large_cached, 0);
    check_free(last);
    ck_assert_uint_eq(np_self->large_cached, np_align_up(now, NP_GRANULE));
    check_laws();
}
END_TEST


START_TEST(of_many_threads_each_keeps_little)
{
    size_t now, i;
    char  *m[40];

    for (i = 0; i < 40; i++) {
        m[i] = check_take(4096 + i * 1500);
    }

    now = np_heaps_now;
    np_heaps_now = 1000;

    for (i = 0; i < 40; i++) {
        check_free(m[i]);
        ck_assert_uint_le(np_self->large_cached, NP_LARGE_FINE);
    }

    np_heaps_now = now;
    ck_assert_uint_gt(np_self->large_cached, NP_LARGE_FINE / 2);
    check_laws();
}
END_TEST


START_TEST(a_thread_keeps_a_bounded_amount)
{
    char  *m[40];
    size_t used, i;

    used = check_used();

    for (i = 0; i < 40; i++) {
        m[i] = check_take(4096 + i * 1500);
    }

    for (i = 0; i < 40; i++) {
        check_free(m[i]);
        ck_assert_uint_le(np_self->large_cached, NP_LARGE_CACHE);
    }

    ck_assert_uint_gt(np_self->large_cached, NP_LARGE_CACHE / 2);
    ck_assert_uint_eq((check_used() - used) << NP_GRANULE_SHIFT,
                      np_self->large_cached);
    ck_assert_int_eq(np_large_flush(np_self), 1);
    ck_assert_int_eq(np_large_flush(np_self), 0);
    ck_assert_uint_eq(np_self->large_cached, 0);
    ck_assert_uint_eq(check_used(), used);
    check_laws();
}
END_TEST


START_TEST(a_block_grows_and_shrinks_where_it_is)
{
    char  *m = check_take(20000);
    size_t used = check_used();
    size_t n;

    check_fill(m, 20000, 3);

    for (n = 30000; n <= 3000000; n *= 3) {
        ck_assert_ptr_eq(np_alloc_resize(m, n), m);
        ck_assert_uint_ge(check_large(m)->size, n);
        ck_assert(check_filled(m, 20000, 3));
        memset(m + 20000, 9, n - 20000);
        check_laws();
    }

    for (; n > 20000; n /= 3) {
        ck_assert_ptr_eq(np_alloc_resize(m, n), m);
        ck_assert_uint_ge(check_large(m)->size, n);
        ck_assert_uint_lt(check_large(m)->size, n + np_mem_page());
        check_laws();
    }

    ck_assert_ptr_eq(np_alloc_resize(m, 20000), m);
    ck_assert(check_filled(m, 20000, 3));
    ck_assert_uint_eq(check_used(), used);
}
END_TEST


/* a block of `size` bytes with another right behind it; both full */
static char *
check_hemmed(size_t size, char **behind)
{
    char *a = check_take(size);
    char *b = check_take(size);

    ck_assert_ptr_eq(check_run(b),
                     check_run(a) + np_large_bytes(check_large(a)));
    check_fill(a, size, 5);
    check_fill(b, size, 6);
    *behind = b;

    return a;
}


START_TEST(a_block_that_is_hemmed_in_moves)
{
    char  *b, *a = check_hemmed(20000, &b);
    char  *m;
    size_t n = 40000 + np_mem_page();

    ck_assert_int_eq(np_large_resize(check_large(a), n), -1);
    ck_assert_uint_lt(check_large(a)->size, n);

    m = np_alloc_resize(a, n);
    ck_assert_ptr_ne(m, a);
    ck_assert(check_filled(m, 20000, 5));
    ck_assert(check_filled(b, 20000, 6));
    check_laws();
}
END_TEST


START_TEST(a_run_that_cannot_grow_becomes_a_mapping)
{
    /* of so many pages that an eighth more are whole ones */
    size_t size
        = _i == 0 ? NP_LARGE_STEPS / 4096 * np_mem_page() : NP_LARGE_MOVES;
    size_t n = size + (_i == 0 ? size / 8 : size);
    size_t used;
    char  *b, *a = check_hemmed(size, &b);
    char  *m, *next;

    used = check_used();
    m = np_alloc_resize(a, n);
    ck_assert_uint_eq(check_large(m)->mapped, 1);
    ck_assert_uint_eq(check_large(m)->size, n);
    ck_assert(check_filled(m, size, 5));
    ck_assert_uint_eq(check_used(), used - (size >> NP_GRANULE_SHIFT));
    check_laws();

    /* its pages are gone from there */
    next = np_alloc_zero(size);
    ck_assert_ptr_eq(next, a);
    ck_assert_int_eq(next[0], 0);
    ck_assert_int_eq(memcmp(next, next + 1, size - 1), 0);
    ck_assert_ptr_eq(check_large(a)->start, a);
    ck_assert(check_filled(b, size, 6));

    /* in small steps, and down again */
    for (; n < 4 * size; n += np_mem_page()) {
        m = np_alloc_resize(m, n);
        ck_assert_uint_eq(check_large(m)->mapped, 1);
    }

    m = np_alloc_resize(m, size);
    ck_assert_uint_eq(check_large(m)->mapped, 0);
    ck_assert(check_filled(m, size, 5));
    check_free(m);
    check_laws();
}
END_TEST


/* the kernel refuses the move, or then the growth */
START_TEST(a_run_that_the_kernel_will_not_move_is_copied)
{
    size_t size = 3 * NP_LARGE_MOVES;
    char  *b, *a = check_hemmed(size, &b);
    char  *m;

    np_mem_fail(NP_MEM_REMAP, (unsigned) _i + 1, 1);
    ck_assert_int_eq(np_large_resize(check_large(a), 2 * size), -1);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(check_large(a)->mapped, 0);
    ck_assert_uint_eq(check_large(a)->size, size);
    ck_assert(check_filled(a, size, 5));
    check_laws();

    np_mem_fail(NP_MEM_REMAP, (unsigned) _i + 1, 1);
    m = np_alloc_resize(a, 2 * size);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(check_large(m)->mapped, 0);
    ck_assert(check_filled(m, size, 5));
    ck_assert(check_filled(b, size, 6));
    check_free(m);
    check_laws();
}
END_TEST


START_TEST(a_mapping_goes_to_and_fro_without_a_copy)
{
    size_t less = (size_t) 20 << 20;
    char  *m = check_take(CHECK_MAPPED);
    int    i;

    check_fill(m, less, 7);

    for (i = 0; i < 3; i++) {
        m = np_alloc_resize(m, less);
        ck_assert_uint_eq(check_large(m)->mapped, 1);
        ck_assert_uint_eq(check_large(m)->size, less);
        m = np_alloc_resize(m, CHECK_MAPPED);
        ck_assert_uint_eq(check_large(m)->size, CHECK_MAPPED);
    }

    ck_assert(check_filled(m, less, 7));

    /* a run again, which costs no mapping */
    m = np_alloc_resize(m, less / 4);
    ck_assert_uint_eq(check_large(m)->mapped, 0);
    ck_assert(check_filled(m, less / 4, 7));
    check_laws();
}
END_TEST


START_TEST(across_the_border_to_small_and_back)
{
    char *m = check_alloc(1000);

    check_fill(m, 1000, 8);
    m = np_alloc_resize(m, 9000);
    check_large(m);
    ck_assert(check_filled(m, 1000, 8));
    check_fill(m, 9000, 9);
    m = np_alloc_resize(m, 1000);
    ck_assert_ptr_null(np_large_find(m));
    ck_assert(check_filled(m, 1000, 9));
    m = np_alloc_resize(m, CHECK_MAPPED);
    ck_assert_uint_eq(check_large(m)->mapped, 1);
    ck_assert(check_filled(m, 1000, 9));
    m = np_alloc_resize(m, 100);
    ck_assert(check_filled(m, 100, 9));
    check_free(m);
    check_laws();
}
END_TEST


START_TEST(mappings_grow_and_shrink_with_their_contents)
{
    char      *m = check_take(CHECK_MAPPED);
    size_t     n;
    np_stats_t s;

    ck_assert_uint_eq(check_large(m)->mapped, 1);
    ck_assert_uint_ge(np_window_granule(m), np_window.granules);

    for (n = CHECK_MAPPED; n < (size_t) 400 << 20; n = n * 3 / 2) {
        m = np_alloc_resize(m, n);
        ck_assert_ptr_nonnull(m);
        check_fill(m + n - 100, 100, (unsigned) n);
        check_snapshot(&s);
        ck_assert_uint_eq(s.large.count, 1);
        ck_assert_uint_eq(s.large.mapped_bytes, check_large(m)->size);
        ck_assert_uint_eq(s.large.live_bytes, np_align_up(n, np_mem_page()));
    }

    m = np_alloc_resize(m, CHECK_MAPPED);
    ck_assert(
        check_filled(m + CHECK_MAPPED - 100, 100, (unsigned) CHECK_MAPPED));
    check_free(m);
    check_snapshot(&s);
    ck_assert_uint_eq(s.large.count, 0);
    ck_assert_uint_eq(s.large.mapped_bytes, 0);
    ck_assert_uint_ge(s.large.peak_bytes, (size_t) 266 << 20);
    ck_assert_ptr_null(np_large_find(m));
}
END_TEST


START_TEST(a_mapping_that_the_kernel_will_not_move_stays)
{
    char *m = check_take(CHECK_MAPPED);
    char *n;

    check_fill(m, 1000, 1);
    np_mem_fail(NP_MEM_REMAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_large_resize(check_large(m), 2 * CHECK_MAPPED), -1);
    ck_assert_uint_eq(check_large(m)->size, CHECK_MAPPED);
    check_laws();

    /* copied, then */
    n = np_alloc_resize(m, 2 * CHECK_MAPPED);
    ck_assert_ptr_nonnull(n);
    ck_assert(check_filled(n, 1000, 1));
    ck_assert_ptr_null(np_large_find(m));
    check_free(n);
    check_laws();
}
END_TEST


START_TEST(a_mapping_that_cannot_be_unmapped_gives_its_pages)
{
    unsigned char *m = check_alloc(CHECK_MAPPED);

    memset(m, 1, 4096);
    np_mem_fail(NP_MEM_UNMAP, 1, NP_MEM_EVERY);
    check_free(m);
    np_mem_fail(0, 0, 0);
    /* the address space is still there, empty */
    ck_assert_uint_eq(m[0], 0);
    ck_assert_ptr_null(np_large_find(m));
    check_laws();
}
END_TEST


START_TEST(every_alignment_up_to_1_gib)
{
    static const size_t size[] = {1, 100, 4000, 5000, 100000, 2 << 20};
    size_t              align, i;
    char               *m, *keep;

    for (align = 1; align <= (size_t) 1 << 30; align *= 2) {
        for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
            keep = check_alloc(size[i]);
            m = np_alloc_aligned(align, size[i]);
            ck_assert_ptr_nonnull(m);
            ck_assert_uint_eq((uintptr_t) m % align, 0);
            ck_assert_uint_eq((uintptr_t) m % 16, 0);
            memset(m, 1, size[i]);
            check_free(keep);
            check_free(m);
        }
    }

    check_laws();
    ck_assert_ptr_null(np_alloc_aligned((size_t) 1 << 62, 1));
    ck_assert_ptr_null(np_alloc_aligned(4096, PTRDIFF_MAX));
    ck_assert_ptr_null(np_alloc_aligned((size_t) 1 << 61, (size_t) 1 << 62));
    check_laws();
}
END_TEST


START_TEST(what_is_too_much_is_refused)
{
    char *m = check_take(10000);

    ck_assert_ptr_null(check_alloc(PTRDIFF_MAX));
    ck_assert_ptr_null(check_alloc((size_t) PTRDIFF_MAX + 1));
    ck_assert_ptr_null(check_alloc(SIZE_MAX));
    ck_assert_ptr_null(check_alloc(SIZE_MAX - 4096));
    ck_assert_ptr_null(np_alloc_resize(m, PTRDIFF_MAX));
    ck_assert_ptr_null(np_alloc_resize(m, SIZE_MAX));
    ck_assert_uint_ge(check_large(m)->size, 10000);
    check_laws();
}
END_TEST


START_TEST(fresh_and_given_back_memory_is_zero_for_calloc)
{
    char  *m;
    size_t n;

    for (n = 5000; n < (size_t) 100 << 20; n *= 7) {
        m = np_alloc_zero(n);
        ck_assert_ptr_nonnull(m);
        ck_assert(check_all(m, 0, n));
        memset(m, 1, n);
        check_free(m);
        m = np_alloc_zero(n);
        ck_assert(check_all(m, 0, n));
        check_free(m);
    }
}
END_TEST


START_TEST(the_peak_is_the_most_there_was)
{
    char      *a = check_take(1 << 20);
    char      *b = check_take(2 << 20);
    np_stats_t s;

    check_free(b);
    check_snapshot(&s);
    ck_assert_uint_eq(s.large.peak_bytes, 3 << 20);
    ck_assert_uint_eq(s.large.live_bytes, 1 << 20);
    check_free(a);
    check_snapshot(&s);
    ck_assert_uint_eq(s.large.peak_bytes, 3 << 20);
    ck_assert_uint_eq(s.large.live_bytes, 0);
}
END_TEST


/* what a request took before it failed serves the next one */
START_TEST(a_request_that_fails_costs_no_record)
{
    size_t used, i;
    int    zero;

    check_take(5000);
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    while (np_large_take_run((size_t) 1 << 20, 1, &zero) != NULL) {
    }

    used = np_header_used();

    for (i = 0; i < 10; i++) {
        ck_assert_ptr_null(np_large_take_run((size_t) 1 << 20, 1, &zero));
    }

    ck_assert_uint_le(np_header_used(), used + NP_HEADER_SIZE);
    check_laws();
}
END_TEST


START_TEST(nor_does_one_without_what_stands_beside_it)
{
    size_t used, i;
    int    zero;

    check_option("NGXPOOL_CHECK", "1");
    ck_assert_ptr_nonnull(np_heap_get());
    used = check_records_without_side();

    for (i = 0; i < 10; i++) {
        ck_assert_ptr_null(np_large_take_run(8192, 1, &zero));
    }

    ck_assert_uint_le(np_header_used(), used + NP_HEADER_SIZE);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("large");
    TCase *t = tcase_create("large");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, sizes_are_rounded_to_granules_then_pages);
    tcase_add_test(t, a_freed_block_waits_for_the_same_size);
    tcase_add_test(t, blocks_of_a_size_begin_in_many_cache_sets);
    tcase_add_test(t, an_aligned_block_is_kept_for_such_requests);
    tcase_add_test(t, a_small_aligned_one_is_large_where_that_takes_less);
    tcase_add_test(t, sizes_of_the_past_make_room);
    tcase_add_test(t, a_thread_keeps_a_bounded_amount);
    tcase_add_test(t, of_many_threads_each_keeps_little);
    tcase_add_test(t, a_block_grows_and_shrinks_where_it_is);
    tcase_add_test(t, a_block_that_is_hemmed_in_moves);
    tcase_add_loop_test(t, a_run_that_cannot_grow_becomes_a_mapping, 0, 2);
    tcase_add_loop_test(t, a_run_that_the_kernel_will_not_move_is_copied, 0,
                        2);
    tcase_add_test(t, a_mapping_goes_to_and_fro_without_a_copy);
    tcase_add_test(t, across_the_border_to_small_and_back);
    tcase_add_test(t, mappings_grow_and_shrink_with_their_contents);
    tcase_add_test(t, a_mapping_that_the_kernel_will_not_move_stays);
    tcase_add_test(t, a_mapping_that_cannot_be_unmapped_gives_its_pages);
    tcase_add_test(t, every_alignment_up_to_1_gib);
    tcase_add_test(t, what_is_too_much_is_refused);
    tcase_add_test(t, fresh_and_given_back_memory_is_zero_for_calloc);
    tcase_add_test(t, a_request_that_fails_costs_no_record);
    tcase_add_test(t, nor_does_one_without_what_stands_beside_it);
    tcase_add_test(t, the_peak_is_the_most_there_was);
    suite_add_tcase(s, t);

    return s;
}
