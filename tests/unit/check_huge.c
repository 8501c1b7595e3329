/*
 * np_huge: the table against a plain array, and a table that cannot grow.
 */

#include "config.h"

#include "check_heap.h"
#include "map/np_huge.h"
#include "os/np_mem.h"

#define CHECK_BLOCKS 4000

/* check_record[i]: what is known of block i, 0: not in the table */
static uint32_t check_record[CHECK_BLOCKS];


/* mappings stand beside each other, as the kernel places them */
static void *
check_address(size_t i)
{
    return (void *) (((uintptr_t) 1 << 46) + i * 4096);
}


static void
check_compare(void)
{
    size_t i;

    for (i = 0; i < CHECK_BLOCKS; i++) {
        ck_assert_uint_eq(np_huge_find_locked(check_address(i)),
                          check_record[i]);
    }
}


START_TEST(an_empty_table_knows_nothing)
{
    ck_assert_uint_eq(np_huge_table_bytes(), 0);
    ck_assert_uint_eq(np_huge_find_locked(NULL), 0);
    check_compare();
}
END_TEST


START_TEST(the_table_is_as_the_model)
{
    unsigned round;
    size_t   i;

    for (round = 1; round <= 40000; round++) {
        /* grows first, drains later */
        i = check_random(CHECK_BLOCKS);

        if (check_record[i] == 0
            && check_random(4) < (round < 20000 ? 3 : 1)) {
            check_record[i] = round;
            ck_assert_int_eq(np_huge_insert_locked(check_address(i), round),
                             0);

        } else if (check_record[i] != 0) {
            check_record[i] = 0;
            np_huge_remove_locked(check_address(i));
        }

        if (round % 2000 == 0) {
            check_compare();
        }
    }

    for (i = 0; i < CHECK_BLOCKS; i++) {
        if (check_record[i] != 0) {
            check_record[i] = 0;
            np_huge_remove_locked(check_address(i));
        }
    }

    check_compare();
    ck_assert_uint_eq(np_huge_find_locked(NULL), 0);
}
END_TEST


START_TEST(a_table_that_cannot_grow_keeps_what_it_has)
{
    size_t i, n;

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_huge_insert_locked(check_address(0), 1), -1);
    np_mem_fail(0, 0, 0);
    check_compare();

    ck_assert_int_eq(np_huge_insert_locked(check_address(0), 1), 0);
    check_record[0] = 1;
    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);

    for (n = 1; np_huge_insert_locked(check_address(n), (uint32_t) n + 1) == 0;
         n++) {
        check_record[n] = (uint32_t) n + 1;
        ck_assert_uint_lt(n, CHECK_BLOCKS - 1);
    }

    ck_assert_uint_gt(n, 1);
    check_compare();
    np_mem_fail(0, 0, 0);

    for (i = n; i < CHECK_BLOCKS; i++) {
        check_record[i] = (uint32_t) i + 1;
        ck_assert_int_eq(
            np_huge_insert_locked(check_address(i), (uint32_t) i + 1), 0);
    }

    check_compare();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("huge");
    TCase *t = tcase_create("huge");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, an_empty_table_knows_nothing);
    tcase_add_test(t, the_table_is_as_the_model);
    tcase_add_test(t, a_table_that_cannot_grow_keeps_what_it_has);
    suite_add_tcase(s, t);

    return s;
}
