/*
 * np_eager: blocks are populated once others were seen to be used whole.
 */

#include "config.h"

#include <string.h>

#include "check_heap.h"
#include "heap/np_eager.h"
#include "heap/np_large.h"
#include "os/np_mem.h"
#include "os/np_sandbox.h"

#define BLOCK  ((size_t) 256 << 10)
#define BLOCKS 200


static void
check_setup(void)
{
    ck_assert_ptr_nonnull(np_heap_get());
    np_sandbox_seen = 0;
}


/* a fresh block; *there: whether it was resident before it was touched */
static char *
check_block(size_t n, int *there)
{
    int         zero = 0;
    np_large_t *l = np_large_alloc(NULL, n, 16, &zero);

    ck_assert_ptr_nonnull(l);
    ck_assert_int_eq(zero, 1);
    *there = np_mem_resident(l->start, n) == n;

    return l->start;
}


/* so many blocks of which the first `used` bytes are used; how many were
 * populated */
static unsigned
check_blocks(unsigned n, size_t used)
{
    unsigned populated = 0;
    int      there;

    while (n-- > 0) {
        memset(check_block(BLOCK, &there), 1, used);
        populated += (unsigned) there;
    }

    return populated;
}


START_TEST(what_is_used_whole_is_populated)
{
    unsigned first = NP_EAGER_AGE * NP_EAGER_SURE, n;

    ck_assert_uint_eq(check_blocks(first, BLOCK), 0);
    /* they are looked at later than that, by less than as much again */
    (void) check_blocks(first, BLOCK);
    /* but for one in so many, which is watched, at most in the long run */
    n = check_blocks(10 * NP_EAGER_AGE, BLOCK);
    ck_assert_uint_ge(n, 10 * (NP_EAGER_AGE - 1));
    ck_assert_uint_lt(n, 10 * NP_EAGER_AGE);
}
END_TEST


/* of each so many blocks one is used in part: whatever the number, blocks are
 * not populated for long, once it was wrong */
START_TEST(what_is_used_by_turns_is_not)
{
    size_t   size = BLOCK / 8;
    unsigned populated = 0, n;
    int      there;

    for (n = 0; n < 16 * BLOCKS; n++) {
        memset(check_block(size, &there), 1, n % (unsigned) _i ? size : 1);
        populated += n >= 8 * BLOCKS && there;
    }

    ck_assert_uint_lt(populated, BLOCKS);
}
END_TEST


START_TEST(what_is_used_in_part_is_not)
{
    ck_assert_uint_eq(check_blocks(BLOCKS, BLOCK - np_mem_page()), 0);
}
END_TEST


START_TEST(a_program_that_changes_its_ways_is_noticed)
{
    ck_assert_uint_gt(check_blocks(BLOCKS, BLOCK), BLOCKS / 2);
    (void) check_blocks(2 * NP_EAGER_AGE, 1);
    ck_assert_uint_eq(check_blocks(BLOCKS, 1), 0);
}
END_TEST


START_TEST(other_sizes_are_judged_on_their_own)
{
    int there;

    (void) check_blocks(BLOCKS, BLOCK);
    (void) check_block(4 * BLOCK, &there);
    ck_assert_int_eq(there, 0);
}
END_TEST


START_TEST(nothing_is_asked_in_a_sandbox)
{
    np_sandbox_seen = 1;
    ck_assert_uint_eq(check_blocks(BLOCKS, BLOCK), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("eager");
    /* not where an emulator answers for the kernel */
    TCase *tc = tcase_create("kernel");

    tcase_set_tags(tc, "kernel");
    tcase_add_checked_fixture(tc, check_setup, NULL);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(tc, what_is_used_whole_is_populated);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_loop_test(tc, what_is_used_by_turns_is_not, 2, 9);
    /* emulated: MADV_POPULATE_WRITE says 0 and does nothing */
    tcase_add_test(tc, a_program_that_changes_its_ways_is_noticed);
    /* emulated: mincore() tells of the machine's pages, not the emulated */
    tcase_add_test(tc, what_is_used_in_part_is_not);
    /* emulated: mincore() tells of the machine's pages, not the emulated */
    tcase_add_test(tc, other_sizes_are_judged_on_their_own);
    /* emulated: mincore() tells of the machine's pages, not the emulated */
    tcase_add_test(tc, nothing_is_asked_in_a_sandbox);
    suite_add_tcase(s, tc);

    return s;
}
