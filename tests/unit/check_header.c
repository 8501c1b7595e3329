/*
 * np_header: groups of records never overlap, come back, and are split when
 * the area cannot grow.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "map/np_header.h"
#include "map/np_window.h"
#include "os/np_mem.h"

#define CHECK_GROUPS 3000

typedef struct {
    char    *m;
    unsigned n;
} check_group_t;

static check_group_t check_g[CHECK_GROUPS];


static void
check_setup(void)
{
    ck_assert_int_eq(np_window_init(), 0);
}


static void
check_take(unsigned i, unsigned n)
{
    check_g[i].n = n;
    check_g[i].m = np_header_alloc_locked(n);
    ck_assert_ptr_nonnull(check_g[i].m);
    ck_assert_uint_eq((uintptr_t) check_g[i].m % NP_HEADER_SIZE, 0);
    memset(check_g[i].m, (int) (i % 251), n * NP_HEADER_SIZE);
}


static void
check_give(unsigned i)
{
    ck_assert(check_all(check_g[i].m, (int) (i % 251),
                        check_g[i].n * NP_HEADER_SIZE));
    np_header_free_locked(check_g[i].m, check_g[i].n);
}


START_TEST(groups_do_not_overlap)
{
    unsigned i, n = 1;
    size_t   used;

    for (i = 0; i < CHECK_GROUPS; i++) {
        check_take(i, n);
        n = n % NP_HEADER_GROUP_MAX + 1;
    }

    for (i = 0; i < CHECK_GROUPS; i += 2) {
        check_give(i);
    }

    /* the same sizes come from what was given */
    used = np_header_used();

    for (i = 0; i < CHECK_GROUPS; i += 2) {
        check_take(i, check_g[i].n);
    }

    ck_assert_uint_eq(np_header_used(), used);

    for (i = 0; i < CHECK_GROUPS; i++) {
        check_give(i);
    }
}
END_TEST


START_TEST(the_null_record_is_nobodys)
{
    check_take(0, 1);
    ck_assert_ptr_ne(check_g[0].m, np_window_record(0));
    ck_assert_uint_eq(np_window_offset(check_g[0].m), NP_HEADER_SIZE);
    ck_assert_uint_eq(*(uint64_t *) np_window_record(0), 0);
}
END_TEST


START_TEST(larger_groups_are_split_when_memory_is_short)
{
    unsigned i, k;

    /* the area is full, one large group is free */
    check_take(0, NP_HEADER_GROUP_MAX);

    while (np_header_used() + NP_HEADER_SIZE
           <= np_window_mapped(NP_AREA_HEADERS)) {
        ck_assert_ptr_nonnull(np_header_alloc_locked(1));
    }

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    check_give(0);

    for (i = 1; i <= 11; i++) {
        check_take(i, 3);

        for (k = 1; k < i; k++) {
            ck_assert_ptr_ne(check_g[i].m, check_g[k].m);
        }
    }

    ck_assert_ptr_null(np_header_alloc_locked(3));
    ck_assert_ptr_null(np_header_alloc_locked(1));

    for (i = 1; i <= 11; i++) {
        check_give(i);
    }

    np_mem_fail(0, 0, 0);
    check_take(1, NP_HEADER_GROUP_MAX);
    check_give(1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("header");
    TCase *t = tcase_create("header");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, groups_do_not_overlap);
    tcase_add_test(t, the_null_record_is_nobodys);
    tcase_add_test(t, larger_groups_are_split_when_memory_is_short);
    suite_add_tcase(s, t);

    return s;
}
