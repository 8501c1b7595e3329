/*
 * np_survey: blocks as they are, and what each watched object pins, worked
 * out anew from addresses alone.
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "check_heap.h"
#include "heap/np_survey.h"
#include "heap/np_watch.h"
#include "map/np_run.h"
#include "os/np_mem.h"

#define CHECK_MOST 4000

typedef struct {
    size_t begun, objects, blocks, live, slots, pinned, block_pinned, opened;
    size_t cells;
} check_sum_t;

static char       *check_m[CHECK_MOST];
static size_t      check_size;
static check_sum_t check_sum;
static int         check_answer;


static void
check_born(void **thread, const np_watch_birth_t *b, np_watch_note_t *note)
{
    *thread = &check_sum;
    note->site = (uint32_t) b->n;
}


static void
check_died(void **thread, size_t n, size_t size, const np_watch_note_t *note,
           int resized NP_UNUSED)
{
    *thread = &check_sum;
    ck_assert_uint_eq(note->site, n);
    ck_assert_uint_le(n, size);
}


static void
check_clock(size_t bytes)
{
    ck_assert_uint_gt(bytes, 0);
}


static void
check_left(void *thread)
{
    ck_assert_ptr_eq(thread, &check_sum);
}


static const np_watch_hooks_t check_hooks = {.born = check_born,
                                             .died = check_died,
                                             .clock = check_clock,
                                             .left = check_left};


static int
check_begin(void *to)
{
    memset(to, 0, sizeof(check_sum_t));
    check_sum.begun = 1;

    return check_answer;
}


static void
check_object(void *to, uint32_t site, size_t size, size_t pinned)
{
    check_sum_t *sum = to;

    if (size == check_size) {
        ck_assert_uint_le(site, size);
        sum->objects++;
        sum->pinned += pinned;
    }
}


static void
check_block(void *to, const np_survey_block_t *b)
{
    check_sum_t *sum = to;
    unsigned     i;

    ck_assert_uint_eq(b->bytes, b->slots * b->size);
    ck_assert_uint_le(b->opened, b->slots);
    ck_assert_uint_le(b->live, b->opened);
    ck_assert_uint_eq(np_class_size(b->class_index), b->size);

    if (b->size == check_size) {
        sum->blocks++;
        sum->live += b->live;
        sum->slots += b->slots;
        sum->opened += b->opened;
        sum->block_pinned += b->pinned;

        for (i = 0; i < NP_SURVEY_CELLS; i++) {
            sum->cells += b->cell[i];
        }
    }
}


static const np_survey_visitor_t check_visitor
    = {.begin = check_begin, .object = check_object, .block = check_block};


static int
check_by_address(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return (*x > *y) - (*x < *y);
}


/* live bytes on the page, of n objects in order */
static size_t
check_live_on(char *const *m, size_t n, uintptr_t page)
{
    size_t    i, live = 0;
    uintptr_t from, to;

    for (i = 0; i < n; i++) {
        from = (uintptr_t) m[i];
        to = from + check_size;
        from = from > page ? from : page;
        to = to < page + np_mem_page() ? to : page + np_mem_page();
        live += to > from ? to - from : 0;
    }

    return live;
}


static void
check_setup(void)
{
    check_free(check_alloc(1));
    check_answer = 0;
}


static const size_t check_sizes[] = {16, 48, 320, 960, 3584, 3840};


/* of all n, every `one in`th survives */
START_TEST(survivors_pin_what_is_free_on_their_pages)
{
    size_t    n = CHECK_MOST / 4, i, kept = 0, page = np_mem_page();
    size_t    one_in = 5, want = 0;
    uintptr_t at, last;
    char     *first, *end;

    check_size = check_sizes[_i];
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);

    for (i = 0; i < n; i++) {
        check_m[i] = check_alloc(check_size - 1);
    }

    qsort(check_m, n, sizeof(check_m[0]), check_by_address);
    first = check_m[0];
    end = check_m[n - 1] + check_size;

    for (i = 0; i < n; i++) {
        if (i % one_in == 0 || i == n - 1) {
            check_m[kept++] = check_m[i];

        } else {
            check_free(check_m[i]);
        }
    }

    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), 0);
    ck_assert_uint_eq(check_sum.objects, kept);
    ck_assert_uint_eq(check_sum.live, kept);
    ck_assert_uint_ge(check_sum.opened, n);

    /* blocks may not be side by side: no more than all of each page */
    last = (uintptr_t) end & ~(uintptr_t) (page - 1);

    for (at = (uintptr_t) first & ~(uintptr_t) (page - 1); at <= last;
         at += page) {
        i = check_live_on(check_m, kept, at);
        want += i != 0 ? page - i : 0;
    }

    ck_assert_uint_le(check_sum.block_pinned, want);
    /* less what at the ends of blocks is no slot of theirs */
    ck_assert_uint_ge(check_sum.block_pinned + 2 * page * check_sum.blocks,
                      want);
    /* the parts are rounded down, page by page */
    ck_assert_uint_le(check_sum.pinned, check_sum.block_pinned);
    ck_assert_uint_ge(check_sum.pinned + kept * 2, check_sum.block_pinned);

    while (kept-- > 0) {
        check_free(check_m[kept]);
    }

    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), 0);
    ck_assert_uint_eq(check_sum.objects, 0);
    ck_assert_uint_eq(check_sum.pinned, 0);
    ck_assert_uint_eq(check_sum.block_pinned, 0);
    ck_assert_uint_eq(check_sum.cells, 0);
}
END_TEST


START_TEST(full_pages_pin_nothing)
{
    size_t i;

    check_size = 64;
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);

    for (i = 0; i < CHECK_MOST; i++) {
        check_m[i] = check_alloc(64);
    }

    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), 0);
    ck_assert_uint_eq(check_sum.objects, CHECK_MOST);
    /* but for the word that is in use */
    ck_assert_uint_lt(check_sum.block_pinned, 64 * 64);

    for (i = 0; i < CHECK_MOST; i++) {
        check_free(check_m[i]);
    }
}
END_TEST


START_TEST(live_slots_are_counted_while_sampling)
{
    size_t i, n = 0;

    check_size = 1040;
    ck_assert_int_eq(np_watch_begin(&check_hooks, 3000), 0);

    for (i = 0; i < 1000; i++) {
        check_m[i] = check_alloc(1024);
        n++;

        if (i % 7 == 0) {
            check_free(check_m[i]);
            n--;
        }

        ck_assert_int_eq(np_survey(&check_visitor, &check_sum), 0);
        ck_assert_uint_eq(check_sum.live, n);
    }
}
END_TEST


START_TEST(who_cannot_look_is_told_at_once)
{
    check_size = 64;
    memset(&check_sum, 0, sizeof(check_sum));
    np_lock(&np_runs_lock);
    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), -1);
    np_unlock(&np_runs_lock);
    ck_assert_uint_eq(check_sum.begun, 0);

    check_free(check_alloc(64));
    check_answer = -1;
    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), -1);
    ck_assert_uint_eq(check_sum.begun, 1);
    ck_assert_uint_eq(check_sum.blocks, 0);
    check_answer = 0;
    ck_assert_int_eq(np_survey(&check_visitor, &check_sum), 0);
    ck_assert_uint_eq(check_sum.blocks, 1);
}
END_TEST


START_TEST(totals_are_what_is_in_blocks)
{
    np_survey_totals_t t;
    size_t             before;
    char              *m;

    np_survey_totals(&t);
    before = t.large;
    m = check_alloc(100000);
    np_survey_totals(&t);
    ck_assert_uint_ge(t.large, before + 100000);
    ck_assert_uint_ge(t.blocks, t.large);
    check_free(m);
    m = check_alloc((size_t) 80 << 20);
    np_survey_totals(&t);
    ck_assert_uint_ge(t.large, (size_t) 80 << 20);
    ck_assert_uint_ge(t.blocks, t.large);
    check_free(m);
    np_survey_totals(&t);
    ck_assert_uint_lt(t.large, (size_t) 1 << 20);
    ck_assert_uint_eq(t.kept, np_run_counters.dirty_free << NP_GRANULE_SHIFT);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_survey");
    TCase *t = tcase_create("pinning");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_loop_test(t, survivors_pin_what_is_free_on_their_pages, 0,
                        sizeof(check_sizes) / sizeof(check_sizes[0]));
    tcase_add_test(t, full_pages_pin_nothing);
    tcase_add_test(t, live_slots_are_counted_while_sampling);
    tcase_add_test(t, who_cannot_look_is_told_at_once);
    tcase_add_test(t, totals_are_what_is_in_blocks);
    suite_add_tcase(s, t);

    return s;
}
