/*
 * np_guard: large blocks end at a page without access, begin behind one, and
 * go on without where there can be none.
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_free.h"
#include "heap/np_guard.h"
#include "heap/np_quarantine.h"
#include "os/np_mem.h"

#define CHECK_MANY (NP_GUARD_MOST + 100)


static void
check_guarding(void)
{
    check_option("NGXPOOL_GUARD", "1");
}


static np_large_t *
check_guarded(const void *m)
{
    np_large_t *l = np_large_find(m);

    ck_assert_ptr_nonnull(l);
    ck_assert_ptr_eq(l->start, m);
    ck_assert_int_eq(l->guarded, 1);

    return l;
}


/* what lies in front of the block's first page and behind its last byte */
static void
check_fences(const void *m)
{
    np_large_t *l = check_guarded(m);
    char       *first = l->start - l->front;
    char       *end = l->start + l->size;

    ck_assert_uint_eq((uintptr_t) first % np_mem_page(), 0);
    ck_assert_uint_eq((uintptr_t) end % np_mem_page(), 0);
    ck_assert_int_eq(np_mem_is_readable(first), 1);
    ck_assert_int_eq(np_mem_is_readable(first - 4), 0);
    ck_assert_int_eq(np_mem_is_readable(end - 4), 1);
    ck_assert_int_eq(np_mem_is_readable(end), 0);
    ck_assert_int_eq(np_mem_is_mapped(first - np_mem_page(), np_mem_page()),
                     1);
    ck_assert_int_eq(np_mem_is_mapped(end, np_mem_page()), 1);
}


START_TEST(a_block_ends_at_its_guard)
{
    size_t n;
    char  *m;

    for (n = 4096; n < (size_t) 100 << 20; n += 1 + n / 7) {
        m = np_alloc_zero(n);
        ck_assert_ptr_nonnull(m);
        ck_assert_uint_eq((uintptr_t) m % 16, 0);
        check_fences(m);
        ck_assert_uint_ge(np_free_usable(m), n);
        ck_assert_uint_lt(np_free_usable(m), n + 16);
        ck_assert(check_all(m, 0, np_free_usable(m)));
        check_free(m);
        ck_assert_ptr_null(np_large_find(m));
        ck_assert_int_eq(np_mem_is_readable(m), 0);
    }

    check_laws();
}
END_TEST


START_TEST(small_objects_are_as_ever)
{
    ck_assert_ptr_null(np_large_find(check_alloc(4000)));
    check_laws();
}
END_TEST


START_TEST(a_size_asked_for_again_and_again_is_guarded)
{
    static const size_t size[] = {4097, 4361, 8200, 15392};
    char               *m[300];
    size_t              i, k;

    for (k = 0; k < sizeof(size) / sizeof(size[0]); k++) {
        for (i = 0; i < 300; i++) {
            m[i] = check_alloc(size[k]);
            (void) check_guarded(m[i]);
        }

        for (i = 0; i < 300; i++) {
            check_free(m[i]);
        }
    }

    check_laws();
}
END_TEST


START_TEST(alignments_hold)
{
    size_t align, n;
    char  *m;

    for (align = 32; align <= (size_t) 64 << 20; align *= 2) {
        for (n = 5000; n < 1 << 20; n *= 11) {
            m = np_alloc_aligned(align, n);
            ck_assert_ptr_nonnull(m);
            ck_assert_uint_eq((uintptr_t) m % align, 0);
            ck_assert_uint_ge(np_free_usable(m), n);
            ck_assert_uint_lt(np_free_usable(m), n + align);
            check_fences(m);
            memset(m, 1, np_free_usable(m));
            check_free(m);
        }
    }

    check_laws();
}
END_TEST


START_TEST(contents_move_along)
{
    char  *m = check_alloc(5000);
    size_t n, old = 5000;

    check_fill(m, old, 1);

    for (n = 5001; n < (size_t) 80 << 20; n = n * 5 / 3) {
        m = np_alloc_resize(m, n);
        check_fences(m);
        ck_assert(check_filled(m, old < 70000 ? old : 70000, 1));
        check_fill(m, n, 1);
        old = n;
    }

    for (; n > 6000; n /= 3) {
        m = np_alloc_resize(m, n);
        check_fences(m);
        ck_assert(check_filled(m, n < 70000 ? n : 70000, 1));
    }

    m = np_alloc_resize(m, 100);
    ck_assert(check_filled(m, 100, 1));
    check_free(m);
    check_laws();
}
END_TEST


START_TEST(a_kernel_that_refuses_gets_blocks_without)
{
    char *m;

    np_mem_fail(NP_MEM_GUARD, 1, NP_MEM_EVERY);
    m = check_alloc(5000);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(np_large_find(m)->guarded, 0);
    check_free(m);
    np_mem_fail(NP_MEM_MAP, 1, 0);
    m = check_alloc(5000);
    ck_assert_int_eq(np_large_find(m)->guarded, 0);
    check_free(m);
    np_mem_fail(0, 0, 0);
    check_guarded(check_alloc(5000));
    check_laws();
}
END_TEST


START_TEST(as_many_as_a_process_may_have)
{
    static void *m[CHECK_MANY];
    size_t       guarded = 0, again = 0;
    unsigned     i;

    for (i = 0; i < CHECK_MANY; i++) {
        m[i] = check_alloc(4096);
        ck_assert_ptr_nonnull(m[i]);
        memset(m[i], 1, 4096);
        guarded += np_large_find(m[i])->guarded;
    }

    ck_assert_uint_gt(guarded, 0);
    ck_assert_uint_le(guarded, NP_GUARD_MOST);

    for (i = 0; i < CHECK_MANY; i++) {
        check_free(m[i]);
    }

    for (i = 0; i < 100; i++) {
        m[i] = check_alloc(4096);
        again += np_large_find(m[i])->guarded;
    }

    ck_assert_uint_eq(again, 100);
    check_laws();
}
END_TEST


START_TEST(a_forked_child_frees_them)
{
    char *m = check_alloc(9000);
    int   status;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);

    if (pid == 0) {
        memset(m, 1, 9000);
        check_free(m);
        _exit(np_mem_is_readable(m));
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    check_fences(m);
    check_free(m);
}
END_TEST


START_TEST(a_write_behind_a_block_traps)
{
    volatile char *m = check_alloc((size_t) _i * 1008);

    /* sanitizers handle it */
    (void) signal(SIGSEGV, SIG_DFL);
    m[(size_t) _i * 1008] = 1;
}
END_TEST


START_TEST(what_is_left_over_is_a_redzone_in_check_mode)
{
    volatile char *m;

    check_option("NGXPOOL_CHECK", "1");
    m = check_alloc(5008 + _i);
    ck_assert_uint_eq(np_free_usable((void *) (uintptr_t) m), 5008 + _i);
    m[5008 + _i] = 1;
    check_free((void *) (uintptr_t) m);
}
END_TEST


START_TEST(a_freed_block_is_out_of_reach_in_check_mode)
{
    np_stats_t s;
    char      *m[50];
    unsigned   i;

    check_option("NGXPOOL_CHECK", "1");

    for (i = 0; i < 50; i++) {
        m[i] = check_alloc((size_t) (i + 1) * 1000000);
        check_fill(m[i], 10000, i);
    }

    for (i = 0; i < 50; i++) {
        check_free(m[i]);
        ck_assert_int_eq(np_mem_is_readable(m[i]), 0);
        /* its place is kept, however long it is */
        ck_assert_int_eq(np_mem_is_mapped(m[i] - np_large_find(m[i])->front,
                                          (size_t) (i + 1) * 1000000
                                              / np_mem_page() * np_mem_page()),
                         1);
    }

    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
    ck_assert_int_eq(np_quarantine_flush(np_heap_get()), 1);
    ck_assert_ptr_null(np_large_find(m[0]));
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("guard");
    TCase *t = tcase_create("guard");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, check_guarding, NULL);
    tcase_add_test(t, small_objects_are_as_ever);
    tcase_add_test(t, a_size_asked_for_again_and_again_is_guarded);
    tcase_add_test(t, a_kernel_that_refuses_gets_blocks_without);
    tcase_add_test(t, as_many_as_a_process_may_have);
    tcase_add_loop_test_raise_signal(t, a_write_behind_a_block_traps, SIGSEGV,
                                     5, 20);
    tcase_add_loop_test_raise_signal(
        t, what_is_left_over_is_a_redzone_in_check_mode, SIGABRT, 1, 16);
    suite_add_tcase(s, t);

    /* not where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, check_guarding, NULL);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, a_block_ends_at_its_guard);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, alignments_hold);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, contents_move_along);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, a_forked_child_frees_them);
    /* emulated: mincore() takes pages without access for unmapped ones */
    tcase_add_test(t, a_freed_block_is_out_of_reach_in_check_mode);
    suite_add_tcase(s, t);

    return s;
}
