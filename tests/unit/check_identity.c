/*
 * Functions of one name are told apart by module and file, and only where
 * there are several.
 */
#include "config.h"

#include "report/np_identity.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_maker.h"
#include "report/np_diff.h"
#include "report/np_groups.h"
#include "sample_code.h"

#define CK_ONE "sample_parse in check_identity.c"
#define CK_TWO "sample_parse in sample_code.c"


/* as a function of sample_code.c is called; not to be called */
static __attribute__((noinline, noclone, used)) void
sample_parse(void)
{
    __asm__ volatile("nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop");
}


/* one function as two builds have it, of assembly: nothing but its symbol is
 * known */
__asm__(".text\n"
        ".globl ck_build_1\n"
        ".type ck_build.constprop.0, %function\n"
        "ck_build_1:\n"
        "ck_build.constprop.0:\n"
        ".zero 32\n"
        ".size ck_build.constprop.0, 32\n"
        ".globl ck_build_2\n"
        ".type ck_build.isra.0.cold, %function\n"
        "ck_build_2:\n"
        "ck_build.isra.0.cold:\n"
        ".zero 32\n"
        ".size ck_build.isra.0.cold, 32\n");

extern const char ck_build_1[], ck_build_2[];


START_TEST(test_labels)
{
    static const struct {
        const char *a, *b;
        unsigned    differs;
        const char *label;
    } f[] = {
        {"f\none\n/x/a.c", "f\none\n/x/a.c", 0, "f"},
        {"f\none\n/x/a.c", "g\ntwo\n/x/a.c", 0, "f"},
        {"f\none\n/x/a.c", "fg\none\n/x/a.c", 0, "f"},
        {"f\none\n/x/a.c", "f\ntwo\n/x/a.c", NP_IDENTITY_MODULE, "f in one"},
        {"f\none\n/x/a.c", "f\none\n/x/b.c", NP_IDENTITY_FILE, "f in a.c"},
        {"f\none\n", "f\none\n/x/b.c", NP_IDENTITY_FILE, "f"},
        {"f\none\n/x/a.c", "f\none\n/y/a.c", NP_IDENTITY_PATH, "f in /x/a.c"},
        {"f", "f\none\n/y/a.c", NP_IDENTITY_MODULE, "f"},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        char *label;

        ck_assert_uint_eq(np_identity_differs(f[i].a, f[i].b), f[i].differs);
        ck_assert_uint_eq(np_identity_differs(f[i].b, f[i].a), f[i].differs);
        label = np_identity_label(f[i].a, f[i].differs);
        ck_assert_str_eq(label, f[i].label);
        free(label);
    }
}
END_TEST


START_TEST(test_plain)
{
    static const struct {
        const char *name, *plain;
    } f[] = {
        {"f", "f"},
        {"f.constprop.0", "f"},
        {"f.isra.0.cold", "f"},
        {"f.part.12.lto_priv.3", "f"},
        {"f.cold.1", "f"},
        {"f.llvm.1234567890", "f"},
        {"n::f(int) [clone .isra.0] [clone .cold]", "n::f(int)"},
        {"f.constprop.0.isra.0", "f"},
        {"part.0", "part.0"},
        {".cold", ".cold"},
        {"f.other.0", "f.other.0"},
        {"f.scold", "f.scold"},
        {"main.func1", "main.func1"},
        {"f.0", "f.0"},
        {"f(int[])", "f(int[])"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        char *identity = np_identity_of(f[i].name, "m", NULL);

        ck_assert_uint_eq(np_identity_name(identity), strlen(f[i].plain));
        ck_assert_int_eq(strncmp(identity, f[i].plain, strlen(f[i].plain)), 0);
        free(identity);
    }
}
END_TEST


/* what two builds call differently is the same function */
START_TEST(test_builds)
{
    static const np_by_e by[] = {NP_BY_FUNCTION, NP_BY_STACK};
    export_sample_t      s[2];
    np_diff_t            d;

    for (unsigned i = 0; i < 2; i++) {
        maker_t *m = maker_create(0);

        maker_own_modules(m);
        maker_alloc(m,
                    maker_site(m, maker_frame(m, 0,
                                              (uintptr_t) (i == 0 ? ck_build_1
                                                                  : ck_build_2)
                                                  + 5)),
                    0, 100, i + 1);
        export_sample_open(&s[i], m);
    }
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(np_diff_make(&d, s[0].profile, s[0].symbols,
                                      s[1].profile, s[1].symbols, by[i],
                                      NP_FIGURE_TOTAL),
                         0);
        ck_assert_uint_eq(d.n, 1);
        ck_assert_double_eq(d.v[0].before, 100);
        ck_assert_double_eq(d.v[0].after, 200);
        np_diff_free(&d);
    }
    export_sample_close(&s[1]);
    export_sample_close(&s[0]);
}
END_TEST


/* 100 bytes of ours, if wanted, and 3000 of the other one's */
static void
ck_open(export_sample_t *s, int both)
{
    maker_t       *m = maker_create(0);
    sample_stack_t stack[SAMPLE_STACKS];
    uint32_t       node = maker_frame(m, 0, (uintptr_t) sample_parse + 5);

    sample_main(stack);
    maker_own_modules(m);
    maker_alloc(m, maker_site(m, node), 0, 100, 1);
    if (both) {
        node
            = maker_stack(m, stack[SAMPLE_PARSE].frame, stack[SAMPLE_PARSE].n);
        maker_alloc(m, maker_site(m, node), 0, 3000, 1);
    }
    export_sample_open(s, m);
}


static double
ck_inclusive(const np_groups_t *g, const char *name)
{
    for (unsigned i = 0; i < g->n; i++) {
        if (strcmp(g->v[i].name, name) == 0) {
            return g->v[i].inclusive[NP_FIGURE_TOTAL];
        }
    }
    return 0;
}


START_TEST(test_functions)
{
    export_sample_t s;
    np_groups_t     g;

    ck_open(&s, 1);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_FUNCTION),
                     0);
    ck_assert_double_eq(ck_inclusive(&g, CK_ONE), 100);
    ck_assert_double_eq(ck_inclusive(&g, CK_TWO), 3000);
    np_groups_free(&g);
    export_sample_close(&s);
    ck_open(&s, 0);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_FUNCTION),
                     0);
    ck_assert_double_eq(ck_inclusive(&g, "sample_parse"), 100);
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* a function has the same name in both, though one has no other so called */
START_TEST(test_diff)
{
    export_sample_t a, b;
    np_diff_t       d;

    ck_open(&a, 0);
    ck_open(&b, 1);
    ck_assert_int_eq(np_diff_make(&d, a.profile, a.symbols, b.profile,
                                  b.symbols, NP_BY_FUNCTION, NP_FIGURE_TOTAL),
                     0);
    ck_assert_double_eq(ck_inclusive(&d.a, CK_ONE), 100);
    ck_assert_double_eq(ck_inclusive(&d.b, CK_ONE), 100);
    ck_assert_double_eq(ck_inclusive(&d.b, CK_TWO), 3000);
    for (unsigned i = 0; i < d.n; i++) {
        ck_assert_ptr_null(d.v[i].a);
    }
    np_diff_free(&d);
    export_sample_close(&b);
    export_sample_close(&a);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("identity");
    TCase *t = tcase_create("identity");

    tcase_add_test(t, test_labels);
    tcase_add_test(t, test_plain);
    tcase_add_test(t, test_builds);
    tcase_add_test(t, test_functions);
    tcase_add_test(t, test_diff);
    suite_add_tcase(s, t);
    return s;
}
