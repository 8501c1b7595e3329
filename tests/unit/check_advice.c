/*
 * Advice on profiles whose every figure is known: each kind and each reason
 * against, what is gained and paid, whose a region is, what can be routed, and
 * how sure it is.
 */

#include "config.h"

#include "report/np_advice.h"
#include "report/np_advice_file.h"
#include "report/np_advice_text.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "profile_maker.h"

#define CK_BASE 0x555555554000ull

static char ck_file[] = "/tmp/check_advice.XXXXXX";


static maker_t *
ck_maker(uint64_t interval)
{
    maker_t            *m = maker_create(interval);
    np_format_module_t *r
        = maker_module(m, "/opt/x/prog", CK_BASE, CK_BASE + 0x100000, CK_BASE);

    r->build_id_length = 3;
    memcpy(r->build_id, "\xab\x01\xff", 3);
    maker_argument(m, "prog");
    (void) maker_thread(m, 1, "prog");
    return m;
}


/* a site called from main by way of `caller`; offsets in the module */
static uint32_t
ck_site(maker_t *m, uint64_t caller, uint64_t leaf)
{
    uint32_t node = maker_frame(m, 0, CK_BASE + 0x100);

    node = maker_frame(m, node, CK_BASE + caller);
    return maker_site(m, maker_frame(m, node, CK_BASE + leaf));
}


/* takes m over */
static np_profile_t *
ck_load(maker_t *m)
{
    char          err[NP_PROFILE_ERROR];
    np_profile_t *p;
    int           fd;

    (void) strcpy(ck_file + strlen(ck_file) - 6, "XXXXXX");
    fd = mkstemp(ck_file);
    ck_assert_int_ge(fd, 0);
    close(fd);
    maker_tick(m, 1000, 8 << 20, 4 << 20, 0);
    ck_assert_int_eq(maker_write(m, ck_file), 0);
    maker_destroy(m);
    p = np_profile_load(ck_file, err);
    unlink(ck_file);
    ck_assert_msg(p != NULL, "%s", err);
    return p;
}


static const np_candidate_t *
ck_find(const np_advice_t *a, uint64_t leaf)
{
    for (unsigned i = 0; i < a->n; i++) {
        if (a->profile->place[a->v[i].leaf].address == CK_BASE + leaf) {
            return &a->v[i];
        }
    }
    ck_abort_msg("no candidate at %#lx", (unsigned long) leaf);
    return NULL;
}


/* n objects that die in batches */
static void
ck_batches(maker_t *m, uint32_t site, unsigned batches, unsigned n,
           uint64_t clock)
{
    const maker_life_t life = {clock, 2, 0, 0, 1};

    for (unsigned i = 0; i < batches; i++) {
        maker_alloc(m, site, 0, 100, n);
        maker_free(m, site, 0, 100, n, &life);
    }
}


static void
ck_scratch(maker_t *m, uint32_t site, uint64_t size)
{
    for (unsigned i = 0; i < 300; i++) {
        const maker_life_t life = {size, 0, 0, 1, 1};

        maker_alloc(m, site, 0, size, 1);
        maker_free(m, site, 0, size, 1, &life);
    }
}


START_TEST(test_region)
{
    maker_t              *m = ck_maker(0);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;
    uint32_t              one = ck_site(m, 0x200, 0x300);
    uint32_t              two = ck_site(m, 0x200, 0x310);
    uint32_t              other = ck_site(m, 0x280, 0x320);

    /* one and two die together; other's batches are fewer and longer */
    for (int i = 0; i < 10; i++) {
        ck_batches(m, one, 2, 50, 100000);
        ck_batches(m, two, 2, 30, 120000);
    }
    ck_batches(m, other, 3, 400, 9000000);
    p = ck_load(m);
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
    ck_assert_uint_eq(p->place[c->owner].address, CK_BASE + 0x200);
    ck_assert_uint_eq(p->place[ck_find(&a, 0x310)->owner].address,
                      CK_BASE + 0x200);
    ck_assert_uint_eq(p->place[ck_find(&a, 0x320)->owner].address,
                      CK_BASE + 0x280);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* those that die together from two callers have main in common */
START_TEST(test_region_owner)
{
    maker_t      *m = ck_maker(0);
    np_profile_t *p;
    np_advice_t   a;

    ck_batches(m, ck_site(m, 0x200, 0x300), 20, 50, 100000);
    ck_batches(m, ck_site(m, 0x280, 0x310), 20, 50, 100000);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(p->place[ck_find(&a, 0x300)->owner].address,
                      CK_BASE + 0x100);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_scratch_and_stack)
{
    maker_t              *m = ck_maker(0);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    ck_scratch(m, ck_site(m, 0x200, 0x300), 4000);
    ck_scratch(m, ck_site(m, 0x200, 0x310), 200);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_SCRATCH);
    ck_assert_double_eq(c->calls, 600);
    ck_assert_double_eq(c->drag, 4000);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_HIGH);
    c = ck_find(&a, 0x310);
    ck_assert_int_eq(c->kind, NP_ADVICE_STACK);
    ck_assert_double_eq(c->drag, 0);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_reserve)
{
    maker_t              *m = ck_maker(0);
    uint32_t              s = ck_site(m, 0x200, 0x300);
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
    p = ck_load(m);
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


START_TEST(test_segregate)
{
    maker_t              *m = ck_maker(0);
    uint32_t              s = ck_site(m, 0x200, 0x300);
    uint32_t              more = ck_site(m, 0x200, 0x310);
    uint32_t              big = ck_site(m, 0x200, 0x320);
    uint32_t              brief = ck_site(m, 0x200, 0x330);
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
    p = ck_load(m);
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
    maker_t           *m = ck_maker(0);
    uint32_t           few = ck_site(m, 0x200, 0x300);
    uint32_t           remote = ck_site(m, 0x200, 0x310);
    uint32_t           stay = ck_site(m, 0x200, 0x320);
    uint32_t           mixed = ck_site(m, 0x200, 0x330);
    uint32_t           small = ck_site(m, 0x200, 0x340);
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
    p = ck_load(m);
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
        maker_t      *m = ck_maker(interval[i]);
        uint32_t      s = ck_site(m, 0x200, 0x300);
        np_profile_t *p;
        np_advice_t   a;

        for (unsigned k = 0; k < 500; k++) {
            maker_alloc(m, s, 0, 100, 1);
            maker_free(m, s, 0, 100, 1, &alone);
        }
        p = ck_load(m);
        ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
        ck_assert_int_eq(ck_find(&a, 0x300)->kind, NP_ADVICE_NO);
        ck_assert_int_eq(ck_find(&a, 0x300)->why, why[i]);
        np_advice_free(&a);
        np_profile_free(p);
    }
}
END_TEST


/* in LIFO order first, and in batches later: the whole looks like scratch */
START_TEST(test_halves_disagree)
{
    maker_t              *m = ck_maker(0);
    uint32_t              s = ck_site(m, 0x200, 0x300);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    for (int i = 0; i < 12; i++) {
        ck_scratch(m, s, 400);
    }
    ck_batches(m, s, 1, 700, 100);
    /* the clock goes on without this site, then it comes back */
    maker_alloc(m, ck_site(m, 0x200, 0x310), 0, 700000, 1);
    maker_alloc(m, s, 0, 400, 1);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_STACK);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_LOW);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_sampled_is_less_sure)
{
    maker_t              *m = ck_maker(4096);
    np_profile_t         *p;
    np_advice_t           a;
    const np_candidate_t *c;

    ck_scratch(m, ck_site(m, 0x200, 0x300), 4000);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    c = ck_find(&a, 0x300);
    ck_assert_int_eq(c->kind, NP_ADVICE_SCRATCH);
    ck_assert_int_eq(c->confidence, NP_CONFIDENCE_MEDIUM);
    /* an object stands for 1/(1 - exp(-4000/4096)) */
    ck_assert_double_eq_tol(c->calls, 600 / 0.62341, 2);
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
    maker_t      *m = ck_maker(0);
    np_profile_t *p;
    np_symbols_t *y;
    np_advice_t   a;
    char          buf[100];
    FILE         *f = fopen("/dev/null", "w");

    maker_own_modules(m);
    ck_scratch(m, ck_wrapped(m, ck_caller_one), 4000);
    ck_scratch(m, ck_wrapped(m, ck_caller_two), 4000);
    p = ck_load(m);
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
        np_advice_place(&a, y, a.v[i].origin, buf, sizeof(buf));
        ck_assert_ptr_nonnull(strstr(buf, "ck_caller_"));
    }
    ck_assert_uint_eq(np_advice_file_write(f, &a, y), 0);
    fclose(f);
    np_advice_free(&a);
    np_symbols_free(y);
    np_profile_free(p);
}
END_TEST


static char *
ck_text(const np_advice_t *a, int json)
{
    char  *text = NULL;
    size_t size;
    FILE  *f = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(f);
    if (json) {
        ck_assert_int_eq(np_advice_json(f, a, NULL, "x\033.prof"), 0);
    } else {
        np_advice_text(f, a, NULL, "x\033.prof", 0);
    }
    ck_assert_int_eq(fclose(f), 0);
    return text;
}


START_TEST(test_output)
{
    maker_t      *m = ck_maker(0);
    np_profile_t *p;
    np_advice_t   a;
    json_t       *top, *v;
    json_error_t  e;
    char         *text;

    ck_scratch(m, ck_site(m, 0x200, 0x300), 4000);
    ck_batches(m, ck_site(m, 0x200, 0x310), 2, 10, 50000);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    text = ck_text(&a, 0);
    ck_assert_ptr_nonnull(strstr(text, "SCRATCH   prog+0x2ff"));
    ck_assert_ptr_nonnull(strstr(text, "[confidence: high]"));
    ck_assert_ptr_nonnull(strstr(text, "too few allocations to tell"));
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    text = ck_text(&a, 1);
    top = json_loads(text, 0, &e);
    ck_assert_msg(top != NULL, "%s", e.text);
    v = json_array_get(json_object_get(top, "candidates"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(v, "kind")), "SCRATCH");
    ck_assert_double_eq(json_number_value(json_object_get(v, "gain_calls")),
                        600);
    v = json_array_get(json_object_get(top, "candidates"), 1);
    ck_assert_str_eq(json_string_value(json_object_get(v, "why")),
                     np_advice_no[NP_NO_FEW]);
    ck_assert_uint_eq(json_object_size(json_object_get(top, "limits")),
                      NP_RULES);
    json_decref(top);
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


/* writes text, checks it as advice; 0: it is */
static int
ck_check(const char *text, unsigned *sites, char *err, size_t size)
{
    FILE *f;
    int   rc;

    (void) strcpy(ck_file + strlen(ck_file) - 6, "XXXXXX");
    close(mkstemp(ck_file));
    f = fopen(ck_file, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    rc = np_advice_file_check(ck_file, sites, err, size);
    unlink(ck_file);
    return rc;
}


START_TEST(test_machine_file)
{
    maker_t      *m = ck_maker(0);
    np_profile_t *p;
    np_advice_t   a;
    char         *text = NULL, err[400];
    size_t        size;
    unsigned      sites;
    FILE         *f = open_memstream(&text, &size);

    ck_scratch(m, ck_site(m, 0x200, 0x300), 200);
    ck_batches(m, ck_site(m, 0x200, 0x310), 20, 50, 100000);
    p = ck_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(np_advice_file_write(f, &a, NULL), 2);
    fclose(f);
    /* STACK is SCRATCH to the machine; the return address, not the call */
    ck_assert_ptr_nonnull(
        strstr(text, "\nSCRATCH prog ab01ff 0x300  # prog+0x2ff"));
    ck_assert_ptr_nonnull(strstr(text, "\nREGION prog ab01ff 0x310  # "));
    ck_assert_int_eq(ck_check(text, &sites, err, sizeof(err)), 0);
    ck_assert_uint_eq(sites, 2);
    free(text);
    np_advice_free(&a);
    np_profile_free(p);
}
END_TEST


START_TEST(test_machine_file_is_checked)
{
    static const struct {
        const char *text;
        const char *wrong;
    } bad[] = {
        {"", "advises nothing"},
        {"# only this\n\n", "advises nothing"},
        {"ANY x - 0x1\n", ":1: no kind of advice"},
        {"NO x - 0x1\n", ":1: no kind of advice"},
        {"REGION x - 0x1\nREGION x -\n", ":2: KIND MODULE"},
        {"REGION x - 0x1 more\n", ":1: KIND MODULE"},
        {"REGION x zz 0x1\n", ":1: the build-id"},
        {"REGION x - 12\n", ":1: the offset"},
        {"REGION x - 0x\n", ":1: the offset"},
        {"REGION x - 0x12345678123456789\n", ":1: the offset"},
    };
    char     err[400];
    unsigned n;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(ck_check(bad[i].text, &n, err, sizeof(err)), -1);
        ck_assert_msg(strstr(err, bad[i].wrong) != NULL, "%s", err);
    }
    ck_assert_int_eq(
        ck_check("\n REGION\tx -  0xfF # z\n", &n, err, sizeof(err)), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(np_advice_file_check("/no/such", &n, err, sizeof(err)),
                     -1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice");
    TCase *t = tcase_create("rules");

    tcase_add_test(t, test_region);
    tcase_add_test(t, test_region_owner);
    tcase_add_test(t, test_scratch_and_stack);
    tcase_add_test(t, test_reserve);
    tcase_add_test(t, test_segregate);
    tcase_add_test(t, test_no);
    tcase_add_test(t, test_no_pattern);
    tcase_add_test(t, test_halves_disagree);
    tcase_add_test(t, test_sampled_is_less_sure);
    tcase_add_test(t, test_wrapper);
    suite_add_tcase(s, t);
    t = tcase_create("output");
    tcase_add_test(t, test_output);
    tcase_add_test(t, test_machine_file);
    tcase_add_test(t, test_machine_file_is_checked);
    suite_add_tcase(s, t);
    return s;
}
