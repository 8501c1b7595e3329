/*
 * np_recall: a stack of three frames in an array of words is known again while
 * its words are what they were, and seeking is left out where it does not pay.
 */

#include "config.h"

#include "profile/np_recall.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"

#define CHECK_FRAMES 3
#define CHECK_WORDS  64

static uintptr_t        *check_word; /* the stack, from its inner end */
static np_recall_t      *check_r;
static np_reach_t        check_reach;
static np_stack_frame_t  check_frame[CHECK_FRAMES]; /* outermost first */
static const np_frame_t *check_at = &check_frame[CHECK_FRAMES - 1].at;


/* frames of eight words, whose callees save the return address in the last
 * and the frame pointer in the one before */
static void
check_setup(void)
{
    np_stack_frame_t *f;
    uintptr_t        *end;
    unsigned          i;

    check_word = aligned_alloc(NP_REACH_PAGE, NP_REACH_PAGE);
    check_r = calloc(1, sizeof(*check_r));
    ck_assert_ptr_nonnull(check_word);
    ck_assert_ptr_nonnull(check_r);

    for (i = 0; i < CHECK_FRAMES; i++) {
        f = &check_frame[CHECK_FRAMES - 1 - i];
        end = check_word + 8 * (i + 1);
        *f = (np_stack_frame_t){
            .at = {.ip = 0x400000 + i, .sp = (uintptr_t) end, .fp = 70 + i},
            .ra = end - 1,
            .fp = end - 2,
        };
        *f->ra = f->at.ip;
        *f->fp = f->at.fp;
    }

    check_reach = (np_reach_t){(uintptr_t) check_word,
                               (uintptr_t) (check_word + CHECK_WORDS)};
}


static void
check_teardown(void)
{
    free(check_word);
    free(check_r);
}


static void
check_keep(uint32_t site)
{
    const np_recall_stack_t as = {site, 5, 1000 + site};

    np_recall_keep(check_r, check_frame, CHECK_FRAMES, &as);
}


/* the site that the stack leads to, in a generation; 0 if it is not known */
static uint32_t
check_seek(unsigned generation)
{
    const np_recall_entry_t *e = np_recall_entry(check_r, check_at);

    if (!np_recall_holds(e, check_at, generation, &check_reach)) {
        return 0;
    }

    ck_assert_uint_eq(e->as.hash, 1000 + e->as.site);

    return e->as.site;
}


START_TEST(a_stack_is_kept_the_second_time)
{
    check_keep(9);
    ck_assert_uint_eq(check_seek(5), 0);
    check_keep(9);
    ck_assert_uint_eq(check_seek(5), 9);
    ck_assert_uint_eq(check_seek(6), 0);
}
END_TEST


START_TEST(each_return_address_counts)
{
    unsigned i;

    check_keep(9);
    check_keep(9);

    for (i = 0; i + 1 < CHECK_FRAMES; i++) {
        ++*check_frame[i].ra;
        ck_assert_uint_eq(check_seek(5), 0);
        --*check_frame[i].ra;
        ck_assert_uint_eq(check_seek(5), 9);
    }
}
END_TEST


START_TEST(frame_pointers_count_where_they_led_outwards)
{
    const np_frame_t at = *check_at;
    uintptr_t       *saved = check_frame[1].fp;

    check_keep(9);
    check_keep(9);
    ++*saved;
    ck_assert_uint_eq(check_seek(5), 9);
    --*saved;

    /* the outermost was found by what its callee's frame has there */
    check_frame[0].by_fp = 1;
    check_keep(9);
    ck_assert_uint_eq(check_seek(5), 9);
    ++*saved;
    ck_assert_uint_eq(check_seek(5), 0);
    --*saved;

    /* and its callee by the register */
    check_frame[0].by_fp = 0;
    check_frame[1].by_fp = 1;
    check_keep(9);
    ck_assert_uint_eq(check_seek(5), 9);
    check_frame[CHECK_FRAMES - 1].at.fp++;
    ck_assert_uint_eq(check_seek(5), 0);
    check_frame[CHECK_FRAMES - 1].at = at;
    ck_assert_uint_eq(check_seek(5), 9);
}
END_TEST


START_TEST(nothing_out_of_reach_is_read)
{
    check_keep(9);
    check_keep(9);
    check_reach.high = (uintptr_t) check_frame[0].ra;
    ck_assert_uint_eq(check_seek(5), 0);
    check_reach.high += sizeof(uintptr_t);
    ck_assert_uint_eq(check_seek(5), 9);
    check_reach.low = check_at->sp + 1;
    ck_assert_uint_eq(check_seek(5), 0);
}
END_TEST


/* the range stays while the stack pointer is on the same stack, or below */
START_TEST(what_was_read_of_another_stack_is_forgotten)
{
    const np_reach_t none = {0, 0}, all = {0x80000, 0x90000};
    const uintptr_t  same[] = {0x90000, 0x88000, 0x80000 - NP_REACH_DEEPER};
    const uintptr_t  other[] = {0x90001, 0x80000 - NP_REACH_DEEPER - 1};
    np_reach_t       r = all;
    unsigned         i;

    for (i = 0; i < 3; i++) {
        np_reach_move(&r, same[i]);
        ck_assert_int_eq(memcmp(&r, &all, sizeof(r)), 0);
    }

    for (i = 0; i < 2; i++) {
        r = all;
        np_reach_move(&r, other[i]);
        ck_assert_int_eq(memcmp(&r, &none, sizeof(r)), 0);
    }
}
END_TEST


/* a trial that ends with so many found */
static void
check_trial(np_recall_trial_t *t, unsigned found)
{
    t->missed = NP_RECALL_TRIAL;
    t->found += found;
    np_recall_judge(t);
    ck_assert_uint_eq(t->missed, 0);
}


START_TEST(pauses_double_where_more_are_missed)
{
    np_recall_trial_t t = {0};
    unsigned          pause, i;

    for (pause = 1; pause <= NP_RECALL_PAUSE; pause *= 2) {
        check_trial(&t, NP_RECALL_TRIAL - 1);
        ck_assert_uint_eq(t.rest, pause * NP_RECALL_TRIAL);
    }

    check_trial(&t, 0);
    ck_assert_uint_eq(t.rest, NP_RECALL_PAUSE * NP_RECALL_TRIAL);

    for (i = t.rest; i > 0; i--) {
        ck_assert_int_eq(np_recall_pays(&t), 0);
    }

    ck_assert_int_eq(np_recall_pays(&t), 1);
    check_trial(&t, NP_RECALL_TRIAL);
    ck_assert_int_eq(np_recall_pays(&t), 1);
    check_trial(&t, 0);
    ck_assert_uint_eq(t.rest, NP_RECALL_TRIAL);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_recall");
    TCase *t = tcase_create("recall");

    tcase_add_checked_fixture(t, check_setup, check_teardown);
    tcase_add_test(t, a_stack_is_kept_the_second_time);
    tcase_add_test(t, each_return_address_counts);
    tcase_add_test(t, frame_pointers_count_where_they_led_outwards);
    tcase_add_test(t, nothing_out_of_reach_is_read);
    tcase_add_test(t, what_was_read_of_another_stack_is_forgotten);
    tcase_add_test(t, pauses_double_where_more_are_missed);
    suite_add_tcase(s, t);

    return s;
}
