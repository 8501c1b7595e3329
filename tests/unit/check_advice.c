/*
 * Advice on profiles whose every figure is known: each kind and each reason
 * against, what is gained and paid, what can be routed, and how sure it is.
 */

#include "config.h"

#include "report/np_advice.h"
#include "report/np_advice_file.h"
#include "report/np_advice_text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "advice_profiles.h"
#include "check_suite.h"
#include "report/np_callstack.h"
#include "sample_code.h"

static const np_candidate_t *
ck_find(const np_advice_t *a, uint64_t leaf)
{
    for (unsigned i = 0; i < a->n; i++) {
        if (a->profile->place[a->v[i].leaf].address == ADVICE_BASE + leaf) {
            return &a->v[i];
        }
    }
    ck_abort_msg("no candidate at %#lx", (unsigned long) leaf);
    return NULL;
}


START_TEST(test_region)
{
    maker_t              *m = advice_maker(0);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;
    uint32_t              one = advice_site(m, 0x200, 0x300);
    uint32_t              two = advice_site(m, 0x200, 0x310);
    uint32_t              other = advice_site(m, 0x280, 0x320);

    /* one and two die together; other's batches are fewer and longer */
    for (int i = 0; i < 10; i++) {
        advice_batches(m, one, 2, 50, 100000);
        advice_batches(m, two, 2, 30, 120000);
    }
    advice_batches(m, other, 3, 400, 9000000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.n, 3);
    ck_assert_uint_eq(a.advised, 3);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_REGION);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    /* 1000 frees, of which one a batch is left */
    ck_assert_double_eq(c->calls, 980);
    ck_assert_double_eq_tol(c->seconds,
                            980 * np_advice_rule[NP_COST_CALL].value, 1e-12);
    /* a batch of 50 objects of 100 bytes stays until its end */
    ck_assert_double_eq(c->drag, 5000);
    ck_assert_double_eq(c->memory, 0);
    ck_assert_int_eq(c->routed, 1);
    ck_assert_uint_eq(p->place[c->owner].address, ADVICE_BASE + 0x200);
    ck_assert_uint_eq(p->place[ck_find(&a, 0x310)->owner].address,
                      ADVICE_BASE + 0x200);
    ck_assert_uint_eq(p->place[ck_find(&a, 0x320)->owner].address,
                      ADVICE_BASE + 0x280);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_scratch_and_stack)
{
    char                 *text;
    size_t                n;
    FILE                 *f = open_memstream(&text, &n);
    maker_t              *m = advice_maker(0);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    advice_scratch(m, advice_site(m, 0x200, 0x300), 4000);
    advice_scratch(m, advice_site(m, 0x200, 0x310), 200);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_SCRATCH);
    ck_assert_double_eq(c->calls, 600);
    ck_assert_double_eq(c->drag, 4000);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    c = ck_find(&a, 0x310);
    ck_assert_int_eq(c->kind, NP_ADVICE_STACK);
    ck_assert_double_eq(c->drag, 0);
    /* no share of a run that the profiler has slowed down */
    np_advice_text(f, &a, NULL, "x.prof", 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(text, "\nThe run took 1.00 s under the "
                                       "profiler, and takes less without.\n"));
    ck_assert_ptr_nonnull(strstr(text, " at most 600 calls, 12.0 us\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\nAll 2 together: at most 24.0 us.\n"));
    ck_assert_ptr_null(strstr(text, "of the run"));
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_reserve)
{
    maker_t              *m = advice_maker(0);
    uint32_t              s = advice_site(m, 0x200, 0x300);
    const maker_life_t    life = {50000, 1, 0, 0, 1};
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    for (unsigned i = 0; i < 100; i++) {
        maker_alloc(m, s, 0, 1000, 1);
        maker_grow(m, s, 1000, 2000, 1);
        maker_grow(m, s, 2000, 4000, 1);
        maker_free(m, s, 0, 4000, 1, &life);
    }
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_RESERVE);
    ck_assert_double_eq(c->calls, 200);
    ck_assert_double_eq(c->sum.realloc_copied, 300000);
    ck_assert_double_eq_tol(c->seconds,
                            200 * np_advice_rule[NP_COST_CALL].value
                                + 300000 * np_advice_rule[NP_COST_COPY].value,
                            1e-12);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* realloc that gives away what was asked for too much is no growth */
START_TEST(test_shrink_is_no_growth)
{
    maker_t           *m = advice_maker(0);
    uint32_t           s = advice_site(m, 0x200, 0x300);
    const maker_life_t life = {50000, 1, 0, 0, 1};
    np_profile_t      *p;
    np_advice_t        a;

    for (unsigned i = 0; i < 100; i++) {
        maker_alloc(m, s, 0, 4000, 1);
        maker_grow(m, s, 4000, 3000, 1);
        maker_free(m, s, 0, 3000, 1, &life);
    }
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_double_eq(ck_find(&a, 0x300)->sum.realloc_grown, 0);
    ck_assert_double_eq(ck_find(&a, 0x300)->sum.realloc_copied, 300000);
    ck_assert_int_ne(ck_find(&a, 0x300)->kind, NP_ADVICE_RESERVE);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_segregate)
{
    maker_t              *m = advice_maker(0);
    uint32_t              s = advice_site(m, 0x200, 0x300);
    uint32_t              more = advice_site(m, 0x200, 0x310);
    uint32_t              big = advice_site(m, 0x200, 0x320);
    uint32_t              brief = advice_site(m, 0x200, 0x330);
    const maker_life_t    life = {50000, 1, 0, 0, 90};
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    for (unsigned i = 0; i < 40; i++) {
        maker_alloc(m, s, 0, 64, 100);
        maker_free(m, s, 0, 64, 98, &life);
    }
    maker_pin(m, s, 300000);
    maker_tick(m, 500, 4 << 20, 4 << 20, 0);
    /* the peak is here, and half of the run still to come */
    maker_alloc(m, big, 0, 600000, 1);
    maker_free(m, big, 0, 600000, 1, &life);
    maker_pin(m, s, 290000);
    /* pins less than it has live: that is no fragmentation */
    maker_alloc(m, more, 0, 1000, 200);
    maker_pin(m, more, 100000);
    maker_alloc(m, brief, 0, 2000, 100);
    maker_pin(m, brief, 250000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_SEGREGATE);
    ck_assert_double_eq(c->memory, 300000);
    ck_assert_double_eq(c->drag, np_advice_rule[NP_COST_POOL].value);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    c = ck_find(&a, 0x310);
    ck_assert_int_eq(c->kind, NP_ADVICE_NO);
    ck_assert_int_eq(c->why, NP_NO_SURVIVORS);
    /* nothing of it at the peak: one moment only */
    c = ck_find(&a, 0x330);
    ck_assert_int_eq(c->kind, NP_ADVICE_SEGREGATE);
    ck_assert_double_eq(c->memory, 250000);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_MEDIUM);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_no)
{
    maker_t           *m = advice_maker(0);
    uint32_t           few = advice_site(m, 0x200, 0x300);
    uint32_t           remote = advice_site(m, 0x200, 0x310);
    uint32_t           stay = advice_site(m, 0x200, 0x320);
    uint32_t           mixed = advice_site(m, 0x200, 0x330);
    uint32_t           small = advice_site(m, 0x200, 0x340);
    const maker_life_t away = {1000, 0, 1, 0, 1}, alone = {50000, 1, 0, 0, 1};
    np_profile_t      *p;
    np_advice_t        a;

    maker_alloc(m, few, 0, 100000, 63);
    maker_alloc(m, remote, 0, 100, 1000);
    maker_free(m, remote, 0, 100, 1000, &away);
    maker_alloc(m, stay, 0, 100, 1000);
    maker_free(m, stay, 0, 100, 940, &alone);
    for (unsigned i = 0; i < 1000; i++) {
        maker_alloc(m, mixed, 0, 100, 1);
        maker_free(m, mixed, 0, 100, 1, &alone);
    }
    maker_alloc(m, mixed, 0, 100, 100000);
    maker_free(m, mixed, 0, 100, 100000, &away);
    maker_alloc(m, small, 0, 16, 80);
    maker_free(m, small, 0, 16, 80, &alone);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.advised, 0);
    ck_assert_int_eq(ck_find(&a, 0x300)->why, NP_NO_FEW);
    ck_assert_int_eq(ck_find(&a, 0x310)->why, NP_NO_REMOTE);
    ck_assert_int_eq(ck_find(&a, 0x320)->why, NP_NO_SURVIVORS);
    ck_assert_int_eq(ck_find(&a, 0x330)->why, NP_NO_REMOTE);
    ck_assert_int_eq(ck_find(&a, 0x340)->why, NP_NO_SMALL);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_no_pattern)
{
    const maker_life_t alone = {50000, 1, 0, 0, 1};
    uint64_t           interval[] = {0, 64};
    np_no_e            why[] = {NP_NO_PATTERN, NP_NO_SAMPLED};

    for (int i = 0; i < 2; i++) {
        maker_t      *m = advice_maker(interval[i]);
        uint32_t      s = advice_site(m, 0x200, 0x300);
        np_profile_t *p;
        np_advice_t   a;
        char         *text;
        size_t        n;
        FILE         *f;

        for (unsigned k = 0; k < 500; k++) {
            maker_alloc(m, s, 0, 100, 1);
            maker_free(m, s, 0, 100, 1, &alone);
        }
        p = advice_load(m);
        ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
        ck_assert_int_eq(ck_find(&a, 0x300)->kind, NP_ADVICE_NO);
        ck_assert_int_eq(ck_find(&a, 0x300)->why, why[i]);
        f = open_memstream(&text, &n);
        np_advice_text(f, &a, NULL, "x.prof", 0);
        ck_assert_int_eq(fclose(f), 0);
        ck_assert_int_eq(
            strstr(text, "an exact profile may show more") != NULL, i == 1);
        ck_assert_int_eq(strstr(text, "no call site has a pattern") != NULL,
                         i == 0);
        free(text);
        np_advice_free(&a);
        np_profile_free(p);
    }
}
END_TEST


/* in LIFO order first, and in batches later: the whole looks like scratch */
START_TEST(test_halves_disagree)
{
    maker_t              *m = advice_maker(0);
    uint32_t              s = advice_site(m, 0x200, 0x300);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    for (int i = 0; i < 12; i++) {
        advice_scratch(m, s, 400);
    }
    advice_batches(m, s, 1, 700, 100);
    /* the clock goes on without this site, then it comes back */
    maker_alloc(m, advice_site(m, 0x200, 0x310), 0, 700000, 1);
    maker_alloc(m, s, 0, 400, 1);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_STACK);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_LOW);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* a sample does not show the order of frees: nothing is stated that hangs on
 * it, and what is said of the site is that an exact profile is needed */
START_TEST(test_sampled_knows_no_order)
{
    maker_t              *m = advice_maker(4096);
    uint32_t              s = advice_site(m, 0x200, 0x310);
    const maker_life_t    life = {50000, 1, 0, 0, 1};
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;
    char                 *text, *json;
    size_t                n;
    FILE                 *f = open_memstream(&text, &n);

    advice_scratch(m, advice_site(m, 0x200, 0x300), 4000);
    for (unsigned i = 0; i < 400; i++) {
        maker_alloc(m, s, 0, 1000, 1);
        maker_grow(m, s, 1000, 2000, 1);
        maker_grow(m, s, 2000, 4000, 1);
        maker_free(m, s, 0, 4000, 1, &life);
    }
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_NO);
    ck_assert_int_eq(c->why, NP_NO_SAMPLED);
    c = ck_find(&a, 0x310);
    ck_assert_int_eq(c->kind, NP_ADVICE_RESERVE);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    np_advice_text(f, &a, NULL, "x.prof", 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(text, "             an exact profile is "
                                       "needed: "));
    ck_assert_ptr_nonnull(strstr(text, " soon, 0 % by other threads\n"
                                       "             mean life "));
    ck_assert_ptr_null(strstr(text, "youngest"));
    ck_assert_ptr_null(strstr(text, "in a row"));
    ck_assert_ptr_nonnull(strstr(text, "calls of realloc, ~"));
    ck_assert_ptr_nonnull(strstr(text, " grown, ~"));
    f = open_memstream(&json, &n);
    ck_assert_int_eq(np_advice_json(f, &a, NULL, "x.prof"), 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(json, "\"lifo\": null"));
    ck_assert_ptr_nonnull(strstr(json, "\"runs\": null"));
    ck_assert_ptr_nonnull(strstr(json, "\"longest_run\": null"));
    free(text);
    free(json);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* functions whose code is pointed into, as if they had called malloc */
__attribute__((noinline)) static void *
xmalloc(size_t n)
{
    return malloc(n);
}


__attribute__((noinline)) static int
ck_caller_one(int x)
{
    __asm__ volatile("" ::: "memory");
    return x + 1;
}


__attribute__((noinline)) static int
ck_caller_two(int x)
{
    __asm__ volatile("" ::: "memory");
    return x + 2;
}


static uint32_t
ck_wrapped(maker_t *m, int (*caller)(int))
{
    uint64_t at = (uint64_t) (uintptr_t) caller + 2;
    uint32_t node = maker_frame(m, 0, at);

    at = (uint64_t) (uintptr_t) xmalloc + 2;
    return maker_site(m, maker_frame(m, node, at));
}


START_TEST(test_wrapper)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_symbols_t *y;
    np_advice_t   a;
    unsigned      left;
    char          buf[NP_BRIEF_LINE];
    FILE         *f = fopen("/dev/null", "w");

    maker_own_modules(m);
    advice_scratch(m, ck_wrapped(m, ck_caller_one), 4000);
    advice_scratch(m, ck_wrapped(m, ck_caller_two), 4000);
    p = advice_load(m);
    y = np_symbols_open(p, NULL);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(np_advice_make(&a, p, y), 0);
    /* two sites with one leaf: each is advised about, neither is routed */
    ck_assert_uint_eq(a.n, 2);
    ck_assert_uint_eq(a.v[0].leaf, a.v[1].leaf);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(a.v[i].kind, NP_ADVICE_SCRATCH);
        ck_assert_int_eq(a.v[i].routed, 0);
        ck_assert_double_eq_tol(a.v[i].passing, 0.5, 1e-9);
        np_advice_place(&a, y, a.v[i].origin, 0, buf);
        ck_assert_ptr_nonnull(strstr(buf, "ck_caller_"));
    }
    ck_assert_uint_eq(np_advice_file_write(f, &a, y, &left), 0);
    fclose(f);
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
}
END_TEST


/* a filter hides a site, but not from the leaf that both pass through */
START_TEST(test_filter_hides_no_calls)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_symbols_t *y;
    np_advice_t   a;
    unsigned      left;
    char          err[NP_PROFILE_ERROR];
    FILE         *f = fopen("/dev/null", "w");

    maker_own_modules(m);
    advice_scratch(m, ck_wrapped(m, ck_caller_one), 4000);
    advice_scratch(m, ck_wrapped(m, ck_caller_two), 4000);
    p = advice_load(m);
    y = np_symbols_open(p, NULL);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(
        np_callstack_filter(p, y, "^ck_caller_one$", err, sizeof(err)), 0);
    ck_assert_int_eq(np_advice_make(&a, p, y), 0);
    ck_assert_uint_eq(a.n, 1);
    ck_assert_int_eq(a.v[0].kind, NP_ADVICE_SCRATCH);
    ck_assert_double_eq_tol(a.v[0].passing, 0.5, 1e-9);
    ck_assert_int_eq(a.v[0].routed, 0);
    ck_assert_uint_eq(np_advice_file_write(f, &a, y, &left), 0);
    fclose(f);
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
}
END_TEST


/* the file and the line of a function with a name of 600 bytes, and the whole
 * of it for programs */
START_TEST(test_long_name)
{
    maker_t      *m = advice_maker(0);
    uint64_t      at = (uint64_t) (uintptr_t) sample_long + 2;
    char         *text[3];
    size_t        n;
    FILE         *f[3];
    np_profile_t *p;
    np_symbols_t *y;
    np_advice_t   a;
    unsigned      left;

    maker_own_modules(m);
    advice_scratch(m, maker_site(m, maker_frame(m, 0, at)), 4000);
    p = advice_load(m);
    y = np_symbols_open(p, NULL);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(np_advice_make(&a, p, y), 0);
    ck_assert_uint_eq(a.advised, 1);
    for (int i = 0; i < 3; i++) {
        f[i] = open_memstream(&text[i], &n);
        ck_assert_ptr_nonnull(f[i]);
    }
    np_advice_text(f[0], &a, y, "x.prof", 0);
    ck_assert_uint_eq(np_advice_file_write(f[1], &a, y, &left), 1);
    ck_assert_int_eq(np_advice_json(f[2], &a, y, "x.prof"), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(fclose(f[i]), 0);
        ck_assert_ptr_nonnull(strstr(text[i], "(sample_code.c:"));
    }
    ck_assert_ptr_nonnull(
        strstr(text[2], SAMPLE_E100 "::" SAMPLE_E100 "::push() (sample"));
    for (int i = 0; i < 3; i++) {
        free(text[i]);
    }
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice");
    TCase *t = tcase_create("rules");

    tcase_add_test(t, test_region);
    tcase_add_test(t, test_scratch_and_stack);
    tcase_add_test(t, test_reserve);
    tcase_add_test(t, test_shrink_is_no_growth);
    tcase_add_test(t, test_segregate);
    tcase_add_test(t, test_no);
    tcase_add_test(t, test_no_pattern);
    tcase_add_test(t, test_halves_disagree);
    tcase_add_test(t, test_sampled_knows_no_order);
    tcase_add_test(t, test_wrapper);
    tcase_add_test(t, test_filter_hides_no_calls);
    tcase_add_test(t, test_long_name);
    suite_add_tcase(s, t);
    return s;
}
