/*
 * Figures summed up by function, module, thread and size; trees; filters;
 * differences: sums of parts are the whole.
 */
#include "config.h"

#include "report/np_figure.h"
#include "report/np_groups.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check_suite.h"
#include "export_samples.h"
#include "report/np_callstack.h"
#include "report/np_diff.h"
#include "report/np_tree.h"
#include "sample_profile.h"


static const np_group_t *
group(const np_groups_t *g, const char *name)
{
    for (unsigned i = 0; i < g->n; i++) {
        if (strcmp(g->v[i].name, name) == 0) {
            return &g->v[i];
        }
    }
    ck_abort_msg("no group %s", name);
    return NULL;
}


/* each figure of the profile is in one group and in no other */
START_TEST(test_sums)
{
    static const np_by_e by[] = {
        NP_BY_SITE,
        NP_BY_STACK,
        NP_BY_FUNCTION,
        NP_BY_MODULE,
    };
    export_sample_t s;
    np_groups_t     g;

    export_sample_open(&s, sample_rich(0));
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, by[_i]), 0);
    for (int f = 0; f < NP_FIGURES; f++) {
        double sum = 0;

        for (unsigned i = 0; i < g.n; i++) {
            sum += g.v[i].value[f];
            ck_assert(i == 0 || strcmp(g.v[i - 1].name, g.v[i].name) < 0);
        }
        ck_assert_double_eq(
            sum, np_figure_value(&s.profile->total, (np_figure_e) f));
    }
    np_groups_sort(&g, NP_FIGURE_PEAK);
    for (unsigned i = 1; i < g.n; i++) {
        ck_assert_double_ge(g.v[i - 1].value[NP_FIGURE_PEAK],
                            g.v[i].value[NP_FIGURE_PEAK]);
    }
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* what a function's callees have is its own, too; once, however deep it is in
 * itself */
START_TEST(test_inclusive)
{
    export_sample_t   s;
    np_groups_t       g;
    const np_group_t *serve, *tree;

    export_sample_open(&s, sample_rich(0));
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_FUNCTION),
                     0);
    serve = group(&g, "sample_serve");
    /* sample_cache: 12 times 20 of 1000; sample_copy: 12 times 500 of 40 */
    ck_assert_double_eq(serve->inclusive[NP_FIGURE_TOTAL], 480000);
    ck_assert_double_eq(serve->value[NP_FIGURE_TOTAL], 0);
    tree = group(&g, "sample_tree");
    ck_assert_double_eq(tree->inclusive[NP_FIGURE_TOTAL],
                        12 * (64 + 4096 + 70000));
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* of a group the largest site is told, whatever came before it together */
START_TEST(test_largest)
{
    static const unsigned objects[] = {40, 50, 60, 10};
    maker_t              *m = maker_create(0);
    export_sample_t       s;
    np_groups_t           g;

    (void) maker_module(m, "/no/lib.so", 0x1000, 0x9000, 0);
    for (unsigned i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        uint32_t caller = maker_frame(m, 0, 0x2000 + 0x100 * i);

        maker_alloc(m, maker_site(m, maker_frame(m, caller, 0x3000)), 0, 8,
                    objects[i]);
    }
    export_sample_open(&s, m);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_SELF), 0);
    ck_assert_uint_eq(g.n, 1);
    ck_assert_uint_eq(g.v[0].sites, 4);
    ck_assert_double_eq(g.v[0].value[NP_FIGURE_TOTAL], 160 * 8);
    ck_assert_double_eq(s.profile->site[g.v[0].site].total.objects, 60);
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* functions that would look alike when their names are made short, and one
 * that would not */
START_TEST(test_briefs)
{
    static const char *const name[] = {
        "f<std::vector<int, std::allocator<int> >, std::vector<long, "
        "std::allocator<long> > >(int)",
        "f<std::vector<long, std::allocator<long> >, std::vector<int, "
        "std::allocator<int> > >(int)",
        "g<std::vector<long, std::allocator<long> >, std::vector<int, "
        "std::allocator<int> > >(int)",
    };
    np_groups_t g, other;

    memset(&g, 0, sizeof(g));
    memset(&other, 0, sizeof(other));
    g.v = calloc(2, sizeof(*g.v));
    other.v = calloc(2, sizeof(*other.v));
    ck_assert_ptr_nonnull(g.v);
    ck_assert_ptr_nonnull(other.v);
    g.n = 1;
    other.n = 2;
    g.v[0].name = g.v[0].identity = name[0];
    for (unsigned i = 0; i < 2; i++) {
        other.v[i].name = other.v[i].identity = name[1 + i];
    }
    ck_assert_int_eq(np_groups_label(&g, &other), 0);
    ck_assert_int_eq(g.v[0].whole, 1);
    ck_assert_int_eq(other.v[0].whole, 1);
    ck_assert_int_eq(other.v[1].whole, 0);
    np_groups_free(&other);
    np_groups_free(&g);
}
END_TEST


/* what realloc makes larger is freed soon, but lives on */
START_TEST(test_brief)
{
    const maker_life_t soon = {100, 0, 0, 1, 1};
    maker_t           *m = maker_create(0);
    uint32_t           grown = maker_site(m, maker_frame(m, 0, 0x3000));
    uint32_t           brief = maker_site(m, maker_frame(m, 0, 0x4000));
    export_sample_t    s;
    np_groups_t        g;

    maker_alloc(m, grown, 0, 100, 1);
    for (unsigned i = 1; i < 50; i++) {
        maker_grow(m, grown, 100 * i, 100 * (i + 1), 0);
    }
    maker_alloc(m, brief, 0, 100, 50);
    maker_free(m, brief, 0, 100, 50, &soon);
    export_sample_open(&s, m);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_SELF), 0);
    ck_assert_uint_eq(g.n, 2);
    for (unsigned i = 0; i < g.n; i++) {
        ck_assert_double_gt(g.v[i].value[NP_FIGURE_TEMPORARY], 0);
        ck_assert_double_eq(g.v[i].brief,
                            strstr(g.v[i].name, "0x3f") != NULL ? 5000 : 0);
    }
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* room is for groups, not for what they are summed up from */
START_TEST(test_room)
{
    maker_t        *m = maker_create(0);
    export_sample_t s;
    np_groups_t     g;

    (void) maker_module(m, "/no/lib.so", 0x1000, 0x900000, 0);
    for (unsigned i = 0; i < 10000; i++) {
        uint32_t caller = maker_node(m, 0, 0x10000 + 0x10 * i);

        maker_alloc(m, maker_site(m, maker_node(m, caller, 0x3000)), 0, 8, 1);
    }
    export_sample_open(&s, m);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_SELF), 0);
    ck_assert_uint_eq(g.n, 1);
    ck_assert_uint_eq(g.v[0].sites, 10000);
    ck_assert_uint_le(g.room, 128);
    np_groups_free(&g);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_SITE), 0);
    ck_assert_uint_eq(g.n, 10000);
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


static double
seconds_by(const export_sample_t *s, np_by_e by)
{
    clock_t     begin = clock();
    np_groups_t g;

    ck_assert_int_eq(np_groups_make(&g, s->profile, s->symbols, by), 0);
    np_groups_free(&g);
    return (double) (clock() - begin) / CLOCKS_PER_SEC;
}


/* sites whose stacks differ in their leaves only */
static maker_t *
deep(unsigned sites, unsigned depth)
{
    maker_t *m = maker_create(0);
    uint32_t node = 0;

    (void) maker_module(m, "/no/lib.so", 0x1000, 0x900000, 0);
    for (unsigned i = 1; i < depth; i++) {
        node = maker_node(m, node, 0x10000 + 0x10 * i);
    }
    for (unsigned i = 0; i < sites; i++) {
        maker_alloc(m, maker_site(m, maker_node(m, node, 0x100000 + i)), 0, 8,
                    1);
    }
    return m;
}


/* functions of deep stacks are not compared each with each */
START_TEST(test_deep)
{
    export_sample_t s;
    double          function, stack;

    export_sample_open(&s, deep(500, 1000));
    (void) seconds_by(&s, NP_BY_STACK); /* looks names up */
    stack = seconds_by(&s, NP_BY_STACK);
    function = seconds_by(&s, NP_BY_FUNCTION);
    ck_assert_double_lt(function, 20 * stack + 0.1);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_threads_and_sizes)
{
    export_sample_t s;
    np_groups_t     g;
    double          sum = 0;

    export_sample_open(&s, sample_plain(0));
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_THREAD),
                     0);
    ck_assert_uint_eq(g.n, 2);
    ck_assert_double_gt(
        group(&g, "sample-server 4711")->value[NP_FIGURE_TOTAL], 0);
    np_groups_free(&g);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_SIZE), 0);
    ck_assert_uint_eq(g.n, NP_SIZES);
    ck_assert_str_eq(g.v[0].name, "up to 16 B");
    ck_assert_str_eq(g.v[NP_SIZES - 1].name, "more than 4.00 MiB");
    /* 12 times 500 of 40 bytes, 12 of 64 */
    ck_assert_double_eq(group(&g, "up to 64 B")->value[NP_FIGURE_ALLOCS],
                        6012);
    for (unsigned i = 0; i < g.n; i++) {
        sum += g.v[i].value[NP_FIGURE_ALLOCS];
    }
    ck_assert_double_eq(sum, s.profile->total.total.objects);
    np_groups_free(&g);
    export_sample_close(&s);
}
END_TEST


/* inclusive == exclusive + sum of the children, from main as well as to it */
START_TEST(test_tree)
{
    export_sample_t s;
    np_tree_t       t;
    double          exclusive = 0;

    export_sample_open(&s, sample_rich(0));
    ck_assert_int_eq(
        np_tree_make(&t, s.profile, s.symbols, NP_FIGURE_TOTAL, _i), 0);
    ck_assert_double_eq(t.node[0].inclusive, s.profile->total.total.bytes);
    ck_assert_uint_gt(t.n, 10);
    for (uint32_t i = 0; i < t.n; i++) {
        double   sum = 0, last = t.node[i].inclusive;
        uint32_t k = t.node[i].child;

        for (; k != NP_NO_NODE; k = t.node[k].sibling) {
            ck_assert_uint_eq(t.node[k].parent, i);
            ck_assert_double_le(t.node[k].inclusive, last);
            last = t.node[k].inclusive;
            sum += last;
        }
        exclusive += t.node[i].exclusive;
        if (!_i) {
            ck_assert_double_eq(t.node[i].inclusive,
                                t.node[i].exclusive + sum);
        }
    }
    ck_assert_double_eq(exclusive, s.profile->total.total.bytes);
    np_tree_free(&t);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_filter)
{
    export_sample_t s;
    np_groups_t     g;
    char            err[NP_PROFILE_ERROR];
    unsigned        shown = 0;

    export_sample_open(&s, sample_rich(0));
    ck_assert_int_eq(np_callstack_filter(s.profile, s.symbols, "^sample_ca",
                                         err, sizeof(err)),
                     0);
    for (unsigned i = 0; i < s.profile->nsites; i++) {
        shown += !s.profile->site[i].hidden;
        if (s.profile->site[i].kind != NP_SITE_FIRST) {
            ck_assert_int_eq(s.profile->site[i].hidden, 1);
        }
    }
    ck_assert_uint_gt(shown, 0);
    ck_assert_uint_lt(shown, s.profile->nsites);
    ck_assert_int_eq(np_groups_make(&g, s.profile, s.symbols, NP_BY_FUNCTION),
                     0);
    ck_assert_double_eq(group(&g, "sample_cache")->inclusive[NP_FIGURE_TOTAL],
                        240000);
    np_groups_free(&g);
    ck_assert_int_eq(np_callstack_filter(s.profile, s.symbols, "no such name",
                                         err, sizeof(err)),
                     0);
    for (unsigned i = 0; i < s.profile->nsites; i++) {
        ck_assert_int_eq(s.profile->site[i].hidden, 1);
    }
    ck_assert_int_eq(
        np_callstack_filter(s.profile, s.symbols, "(", err, sizeof(err)), -1);
    ck_assert_str_ne(err, "");
    export_sample_close(&s);
}
END_TEST


/* a place is asked once, in however many stacks it is: a pattern that takes
 * long for each name does not take so long for each frame */
START_TEST(test_filter_of_many)
{
    maker_t        *m = deep(500, 1000);
    export_sample_t s;
    char            err[NP_PROFILE_ERROR];
    double          stack;
    clock_t         begin;

    export_sample_open(&s, m);
    (void) seconds_by(&s, NP_BY_STACK); /* looks names up */
    stack = seconds_by(&s, NP_BY_STACK);
    begin = clock();
    ck_assert_int_eq(np_callstack_filter(s.profile, s.symbols,
                                         "(x*)*(y*)*([a-z.]*)*[^a-z]*!", err,
                                         sizeof(err)),
                     0);
    ck_assert_double_lt((double) (clock() - begin) / CLOCKS_PER_SEC,
                        3 * stack + 0.1);
    ck_assert_int_eq(s.profile->site[0].hidden, 1);
    export_sample_close(&s);
}
END_TEST


/* a profile of three stacks of which it has what the figures say */
static maker_t *
three(uint64_t bias, unsigned a, unsigned b, unsigned c)
{
    maker_t *m = maker_create(0);
    unsigned n[3] = {a, b, c};

    (void) maker_module(m, "/no/lib.so", 0x1000 + bias, 0x9000 + bias, bias);
    for (unsigned i = 0; i < 3; i++) {
        uint32_t id
            = maker_site(m, maker_frame(m, 0, bias + 0x2000 + 0x100 * i));

        if (n[i] != 0) {
            maker_alloc(m, id, 0, 10, n[i]);
        }
    }
    return m;
}


/* the same library at another address: stacks are told by their names */
START_TEST(test_diff)
{
    export_sample_t a, b;
    np_diff_t       d;

    export_sample_open(&a, three(0, 5, 3, 7));
    export_sample_open(&b, three(0x40000, 5, 9, 0));
    ck_assert_int_eq(np_diff_make(&d, a.profile, a.symbols, b.profile,
                                  b.symbols, NP_BY_STACK, NP_FIGURE_LIVE),
                     0);
    ck_assert_uint_eq(d.n, 2);
    ck_assert_double_eq(d.v[0].before, 70);
    ck_assert_double_eq(d.v[0].after, 0);
    ck_assert_str_eq(d.v[0].a->name, "lib.so+0x21ff\n");
    ck_assert_double_eq(d.v[1].before, 30);
    ck_assert_double_eq(d.v[1].after, 90);
    np_diff_free(&d);
    ck_assert_int_eq(np_diff_make(&d, a.profile, a.symbols, a.profile,
                                  a.symbols, NP_BY_STACK, NP_FIGURE_TOTAL),
                     0);
    ck_assert_uint_eq(d.n, 0);
    np_diff_free(&d);
    export_sample_close(&a);
    export_sample_close(&b);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("groups");
    TCase *t = tcase_create("groups");

    tcase_add_loop_test(t, test_sums, 0, 4);
    tcase_add_test(t, test_inclusive);
    tcase_add_test(t, test_largest);
    tcase_add_test(t, test_briefs);
    tcase_add_test(t, test_brief);
    tcase_add_test(t, test_room);
    tcase_add_test(t, test_deep);
    tcase_add_test(t, test_threads_and_sizes);
    tcase_add_loop_test(t, test_tree, 0, 2);
    tcase_add_test(t, test_filter);
    tcase_add_test(t, test_filter_of_many);
    tcase_add_test(t, test_diff);
    suite_add_tcase(s, t);

    return s;
}
