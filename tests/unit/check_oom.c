/*
 * Out of memory: a program that does a bit of everything, in which the
 * kernel refuses the first, the second, ... call, that one only or all from
 * there on.  Each refusal is a NULL that changes nothing, and when the kernel
 * gives again, so does the heap.
 */

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_purge.h"
#include "map/np_run.h"
#include "os/np_mem.h"

#define CHECK_OBJECTS 3000
/* more than the program makes mapping calls */
#define CHECK_CALLS 24
/* so much of an object is looked at */
#define CHECK_SPAN 65536

typedef struct {
    char  *m;
    size_t n;
} check_object_t;

static check_object_t check_o[CHECK_OBJECTS];
static unsigned       check_refused;


static size_t
check_span(size_t n)
{
    return n < CHECK_SPAN ? n : CHECK_SPAN;
}


/* bytes in the program's hands, as the heap sees it */
static uint64_t
check_live_bytes(void)
{
    np_stats_t s;

    if (np_stats_collect(&s) != 0) {
        ck_abort_msg("a lock is held");
    }

    return s.live_bytes;
}


/* the call that gave m for o was made: o is as before, or m with n bytes */
static void
check_result(check_object_t *o, char *m, size_t n, uint64_t live)
{
    unsigned seed = (unsigned) (o - check_o);

    if (m == NULL) {
        check_refused++;

        if (check_live_bytes() != live) {
            ck_abort_msg("a call that failed has changed something");
        }

        if (o->m != NULL && !check_filled(o->m, check_span(o->n), seed)) {
            ck_abort_msg("a call that failed has changed an object");
        }

        return;
    }

    if (o->m != NULL
        && !check_filled(m, check_span(o->n < n ? o->n : n), seed)) {
        ck_abort_msg("contents were lost");
    }

    o->m = m;
    o->n = n;
    check_fill(m, check_span(n), seed);
}


static void
check_end(unsigned i)
{
    if (check_o[i].m != NULL) {
        if (!check_filled(check_o[i].m, check_span(check_o[i].n), i)) {
            ck_abort_msg("contents were lost");
        }

        check_free(check_o[i].m);
        check_o[i].m = NULL;
    }
}


/* a size of any kind: small, in a run, in a mapping */
static size_t
check_size(unsigned i)
{
    switch (i % 16) {

    case 3:
        return 4096 + check_random(60000);

    case 7:
        return i % 256 == 7 ? 34 << 20 : 100000 + check_random(1 << 18);

    default:
        return check_random(3000);
    }
}


static void
check_one(unsigned i)
{
    check_object_t *o = &check_o[i];
    uint64_t        live;
    size_t          n = check_size(i);
    char           *m;

    check_end(i);
    live = check_live_bytes();

    switch (i % 3) {

    case 0:
        m = check_alloc(n);
        break;

    case 1:
        m = np_alloc_zero(n);

        if (m != NULL && !check_all(m, 0, check_span(n))) {
            ck_abort_msg("not zero");
        }
        break;

    default:
        m = np_alloc_aligned((size_t) 16 << check_random(14), n);
        break;
    }

    check_result(o, m, n, live);
}


static void
check_another_length(unsigned i)
{
    check_object_t *o = &check_o[i];
    uint64_t        live = check_live_bytes();
    size_t          n = 1 + check_size(i * 7);

    if (o->m != NULL) {
        check_result(o, np_alloc_resize(o->m, n), n, live);
    }
}


/* a bit of everything, `count` objects */
static void
check_program(unsigned count)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        check_one(i);

        if (i % 5 == 4) {
            check_another_length(i - 2);
        }

        if (i % 7 == 6) {
            check_end(i - 3);
        }
    }
}


static void
check_epilogue(void)
{
    unsigned i;

    check_laws();
    np_mem_fail(0, 0, 0);

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_end(i);
    }

    check_laws();
    ck_assert_uint_eq(check_live_bytes(), 0);

    /* the kernel gives again */
    check_refused = 0;
    check_program(400);
    ck_assert_uint_eq(check_refused, 0);

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_end(i);
    }

    (void) np_purge_all();
    check_laws();
    ck_assert_uint_eq(check_live_bytes(), 0);
}


START_TEST(the_nth_mapping_is_refused)
{
    np_mem_fail(NP_MEM_MAP, (unsigned long) _i, 0);
    check_program(600);
    check_epilogue();
}
END_TEST


START_TEST(all_mappings_from_the_nth_on_are_refused)
{
    np_mem_fail(NP_MEM_MAP, (unsigned long) _i, NP_MEM_EVERY);
    check_program(600);
    ck_assert(_i > 5 || check_refused > 0);
    check_epilogue();
}
END_TEST


START_TEST(a_heap_that_is_full)
{
    unsigned i;

    check_free(check_alloc(1));
    np_mem_fail(NP_MEM_MAP | NP_MEM_REMAP, 1, NP_MEM_EVERY);

    for (i = 0; i < 2000; i++) {
        check_one(i);
    }

    ck_assert_uint_gt(check_refused, 100);

    /* what is freed can be had again */
    for (i = 0; i < 2000; i += 2) {
        check_end(i);
    }

    check_laws();
    check_refused = 0;

    for (i = 0; i < 100; i++) {
        check_free(check_alloc(100 + i));
    }

    check_laws();
    check_epilogue();
}
END_TEST


START_TEST(nothing_can_be_given_back)
{
    np_mem_fail(NP_MEM_UNMAP | NP_MEM_PURGE | NP_MEM_REMAP, 1, NP_MEM_EVERY);
    check_program(1500);
    (void) np_purge_all();
    check_program(1500);
    check_epilogue();
}
END_TEST


START_TEST(the_nth_giving_back_is_refused)
{
    np_mem_fail(NP_MEM_UNMAP | NP_MEM_PURGE | NP_MEM_REMAP, (unsigned long) _i,
                0);
    check_program(1000);
    (void) np_purge_all();
    check_epilogue();
}
END_TEST


START_TEST(no_memory_at_the_start)
{
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_ptr_null(check_alloc(10));
    ck_assert_ptr_null(np_alloc_zero(10));
    ck_assert_ptr_null(np_alloc_aligned(4096, 10000));
    check_free(NULL);
    np_mem_fail(0, 0, 0);
    check_program(100);
    ck_assert_uint_eq(check_refused, 0);
    check_epilogue();
}
END_TEST


static void *
check_thread(void *arg)
{
    void *m;

    (void) arg;
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    m = check_alloc(100);
    np_mem_fail(0, 0, 0);

    if (m != NULL) {
        check_free(m);
        return m;
    }

    /* no heap was to be had: one is now */
    m = check_alloc(100);
    check_free(m);

    return m;
}


START_TEST(a_thread_without_a_heap)
{
    unsigned i;

    check_free(check_alloc(1));

    for (i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(check_in_thread(check_thread, NULL));
        check_laws();
    }

    ck_assert_uint_eq(check_live_bytes(), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("oom");
    TCase *t = tcase_create("oom");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, the_nth_mapping_is_refused, 1, CHECK_CALLS);
    tcase_add_loop_test(t, all_mappings_from_the_nth_on_are_refused, 1,
                        CHECK_CALLS);
    tcase_add_test(t, a_heap_that_is_full);
    tcase_add_test(t, nothing_can_be_given_back);
    tcase_add_loop_test(t, the_nth_giving_back_is_refused, 1, 30);
    tcase_add_test(t, no_memory_at_the_start);
    tcase_add_test(t, a_thread_without_a_heap);
    suite_add_tcase(s, t);

    return s;
}
