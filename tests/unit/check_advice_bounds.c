/*
 * What advice may not claim: more memory than there is, batches larger than
 * what ever lived, lives of objects that go on in others.
 */

#include "config.h"

#include "report/np_advice.h"
#include "report/np_advice_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_profiles.h"
#include "check_suite.h"


/* what sites of a sample are taken to pin is never more than all there is */
START_TEST(test_pinned_by_all)
{
    maker_t      *m = advice_maker(64);
    uint32_t      one = advice_site(m, 0x200, 0x300);
    uint32_t      two = advice_site(m, 0x200, 0x310);
    np_profile_t *p;
    np_advice_t   a;
    char         *text;
    size_t        n;
    FILE         *f = open_memstream(&text, &n);

    maker_alloc(m, one, 0, 64, 100);
    maker_alloc(m, two, 0, 64, 100);
    maker_pin(m, one, 400 << 10);
    maker_pin(m, two, 80 << 10);
    maker_pool(m, 64)->pinned = 200 << 10;
    p = advice_load(m);
    for (unsigned i = 0; i < p->ntimes; i++) {
        p->time[i].pinned = 100 << 10;
    }
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.advised, 2);
    ck_assert_int_eq(a.v[0].kind, NP_ADVICE_SEGREGATE);
    ck_assert_double_eq(a.v[0].memory, 200 << 10);
    ck_assert_double_eq(a.v[1].memory, 80 << 10);
    np_advice_text(f, &a, NULL, "x.prof", 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(text, " pins 200 KiB now, "));
    ck_assert_ptr_nonnull(strstr(text, " and 200 KiB of memory.\n"));
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* of a queue of 64 the oldest goes whenever a new one comes: one long row of
 * frees, and nothing dies together; two such queues are no batch, either */
START_TEST(test_queue_is_no_region)
{
    const maker_life_t life = {50000, 1, 0, 0, 0};
    maker_t           *m = advice_maker(0);
    uint32_t           queue[2]
        = {advice_site(m, 0x200, 0x300), advice_site(m, 0x280, 0x300)};
    uint32_t              batch = advice_site(m, 0x200, 0x310);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    for (unsigned i = 0; i < 2; i++) {
        maker_alloc(m, queue[i], 0, 100, 64);
        for (unsigned k = 0; k < 1000; k++) {
            maker_free(m, queue[i], 0, 100, 1, &life);
            maker_alloc(m, queue[i], 0, 100, 1);
        }
        maker_free(m, queue[i], 0, 100, 64, &life);
        maker_site_at(m, queue[i])->runs = 1;
    }
    advice_batches(m, batch, 20, 64, 50000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.n, 2);
    for (unsigned i = 0; i < a.n; i++) {
        c = &a.v[i];
        if (p->place[c->leaf].address == ADVICE_BASE + 0x300) {
            ck_assert_double_eq(c->sum.freed.objects, 2128);
            ck_assert_double_eq(c->sum.runs, 2);
            ck_assert_int_eq(c->kind, NP_ADVICE_NO);
            ck_assert_int_eq(c->why, NP_NO_PATTERN);
        } else {
            ck_assert_int_eq(c->kind, NP_ADVICE_REGION);
            ck_assert_double_eq(c->drag, 6400);
        }
    }
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* a buffer that grows in steps is freed as the youngest at each, and lives
 * until the end; one that is trimmed is not to be reserved */
START_TEST(test_grown_is_not_scratch)
{
    maker_t              *m = advice_maker(0);
    uint32_t              s = advice_site(m, 0x200, 0x300);
    uint32_t              trim = advice_site(m, 0x200, 0x310);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    maker_alloc(m, s, 0, 10, 1);
    maker_alloc(m, trim, 0, 4000, 100);
    for (unsigned i = 1; i <= 300; i++) {
        maker_grow(m, s, (uint64_t) 10 * i, (uint64_t) 10 * (i + 1), 0);
        maker_grow(m, trim, 4000, 4000, 0);
    }
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.n, 2);
    ck_assert_uint_eq(a.advised, 1);
    c = &a.v[0];
    ck_assert_uint_eq(p->place[c->leaf].address, ADVICE_BASE + 0x300);
    ck_assert_double_eq(c->sum.realloc_copied, 0);
    ck_assert_double_eq(c->sum.live.objects, 1);
    ck_assert_double_eq(c->sum.lifo, 300);
    ck_assert_int_eq(c->kind, NP_ADVICE_RESERVE);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    ck_assert_double_eq(c->calls, 300);
    ck_assert_int_eq(a.v[1].kind, NP_ADVICE_NO);
    ck_assert_int_eq(a.v[1].why, NP_NO_REALLOC);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* functions whose code is pointed into, as if they had called malloc */
__attribute__((noinline)) static void *
__cxa_allocate_exception(size_t n)
{
    return malloc(n);
}


__attribute__((noinline)) static int
ck_thrower(int x)
{
    __asm__ volatile("" ::: "memory");
    return x + 1;
}


/* each exception dies young, as the youngest, and is small: but the function
 * that throws it has ended before */
START_TEST(test_exception_is_not_on_stack)
{
    maker_t      *m = advice_maker(0);
    uint64_t      thrower = (uint64_t) (uintptr_t) ck_thrower + 2;
    uint64_t      make = (uint64_t) (uintptr_t) __cxa_allocate_exception + 2;
    np_profile_t *p;
    np_symbols_t *y;
    np_advice_t   a;
    char          buf[NP_BRIEF_LINE];

    maker_own_modules(m);
    advice_scratch(
        m, maker_site(m, maker_frame(m, maker_frame(m, 0, thrower), make)),
        64);
    p = advice_load(m);
    y = np_symbols_open(p, NULL);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(np_advice_make(&a, p, y), 0);
    ck_assert_uint_eq(a.n, 1);
    ck_assert_ptr_nonnull(
        strstr(np_advice_place(&a, y, a.v[0].origin, 0, buf), "ck_thrower ("));
    ck_assert_int_eq(a.v[0].kind, NP_ADVICE_NO);
    ck_assert_int_eq(a.v[0].why, NP_NO_THROWN);
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
}
END_TEST


static void
ck_life(uint32_t ms, const char *said)
{
    const maker_life_t life = {50000, ms, 0, 0, 20};
    maker_t           *m = advice_maker(0);
    uint32_t           s = advice_site(m, 0x200, 0x300);
    char              *text;
    size_t             n;
    FILE              *f = open_memstream(&text, &n);
    np_profile_t      *p;
    np_advice_t        a;

    maker_alloc(m, s, 0, 100, 400);
    maker_free(m, s, 0, 100, 400, &life);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    np_advice_text(f, &a, NULL, "x.prof", 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_msg(strstr(text, said) != NULL, "%s", text);
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}


/* what lived for 1.5 ms may have been stamped twice with the same time */
START_TEST(test_life_below_step)
{
    ck_life(0, "; mean life below the clock's step of 4 ms, 48.8 KiB ");
    ck_life(3, "; mean life below the clock's step of 4 ms, ");
    ck_life(4, "; mean life 4.00 ms, ");
}
END_TEST


/* of what is pinned at a peak that nobody looked at nothing is claimed, and
 * other looks speak for it */
START_TEST(test_peak_not_looked_at)
{
    for (int looked = 0; looked < 2; looked++) {
        const maker_life_t life = {50000, 1, 0, 0, 1};
        maker_t           *m = advice_maker(0);
        uint32_t           big = advice_site(m, 0x200, 0x310), s;
        char              *text;
        size_t             n;
        FILE              *f = open_memstream(&text, &n);
        np_profile_t      *p;
        np_advice_t        a;

        maker_alloc(m, big, 0, 1000000, 1);
        if (looked) {
            maker_tick(m, 500, 4 << 20, 4 << 20, 0);
        }
        maker_free(m, big, 0, 1000000, 1, &life);
        s = advice_site(m, 0x200, 0x300);
        maker_alloc(m, s, 0, 100, 100);
        maker_pin(m, s, 80 << 10);
        maker_pin(m, s, 90 << 10);
        p = advice_load(m);
        ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
        ck_assert_uint_eq(a.advised, 1);
        ck_assert_int_eq(a.v[0].kind, NP_ADVICE_SEGREGATE);
        ck_assert_int_eq(a.v[0].confidence,
                         looked ? NP_CONFIDENCE_MEDIUM : NP_CONFIDENCE_HIGH);
        np_advice_text(f, &a, NULL, "x.prof", 0);
        ck_assert_int_eq(fclose(f), 0);
        ck_assert_msg(
            strstr(text, looked ? " pins 90.0 KiB now, 0 B at the peak\n"
                                : " pins 90.0 KiB now, and nobody looked "
                                  "at the peak\n")
                != NULL,
            "%s", text);
        free(text);
        np_advice_free(&a);
        np_profile_free(p);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice_bounds");
    TCase *t = tcase_create("bounds");

    tcase_add_test(t, test_pinned_by_all);
    tcase_add_test(t, test_queue_is_no_region);
    tcase_add_test(t, test_grown_is_not_scratch);
    tcase_add_test(t, test_exception_is_not_on_stack);
    tcase_add_test(t, test_life_below_step);
    tcase_add_test(t, test_peak_not_looked_at);
    suite_add_tcase(s, t);
    return s;
}
