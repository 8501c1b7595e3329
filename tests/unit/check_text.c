/*
 * The text of reports, as in tests/golden (NP_GOLDEN_UPDATE=1 writes them
 * anew); colours only when they are asked for; nothing of a hostile name
 * reaches the terminal.
 */
#include "config.h"

#include "report/np_figure.h"
#include "report/np_text.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "report/np_diff.h"
#include "sample_profile.h"

static const struct {
    const char       *name; /* in tests/golden */
    uint64_t          interval;
    np_text_options_t o;
} texts[] = {
    {"exact.text", 0, {.top = 3}},
    {"sampled.text", 65536, {.top = 3}},
    {"exact.by-function.text", 0, {.by = NP_BY_FUNCTION}},
    {"exact.by-module.text", 0, {.by = NP_BY_MODULE, .exact = 1}},
    {"exact.by-thread.text", 0, {.by = NP_BY_THREAD}},
    {"exact.by-size.text", 0, {.by = NP_BY_SIZE}},
    {"sampled.by-thread.text", 65536, {.by = NP_BY_THREAD}},
    {"sampled.by-size.text", 65536, {.by = NP_BY_SIZE, .top = 2}},
    {"exact.tree.text", 0, {.tree = NP_TREE_CALLEES, .sort = NP_FIGURE_TOTAL}},
    {"exact.callers.text",
     0,
     {.tree = NP_TREE_CALLERS, .sort = NP_FIGURE_TOTAL, .exact = 1}},
    {"exact.sorted.text", 0, {.sorted = 1, .sort = NP_FIGURE_ALLOCS}},
};

#define TEXTS ((int) (sizeof(texts) / sizeof(texts[0])))


static char *
render(const export_sample_t *s, const np_text_options_t *o)
{
    char     *text = NULL;
    size_t    n;
    np_text_t t = {open_memstream(&text, &n), s->profile, s->symbols, o, NULL};

    ck_assert_ptr_nonnull(t.f);
    ck_assert_int_eq(np_text_report(&t), 0);
    ck_assert_int_eq(fclose(t.f), 0);
    return text;
}


static void
compare(const char *name, const char *text)
{
    const char *dir = getenv("srcdir");
    size_t      n = strlen(text);
    char        path[4096], *want = calloc(1, n + 4096);
    FILE       *f;

    snprintf(path, sizeof(path), "%s/tests/golden/%s", dir != NULL ? dir : ".",
             name);
    if (getenv("NP_GOLDEN_UPDATE") != NULL) {
        f = fopen(path, "w");
        ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
        fputs(text, f);
        ck_assert_int_eq(fclose(f), 0);
    }
    f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_lt(fread(want, 1, n + 4095, f), n + 4095);
    fclose(f);
    ck_assert_msg(strcmp(want, text) == 0, "%s is not what is written:\n%s",
                  path, text);
    free(want);
}


START_TEST(test_golden)
{
    export_sample_t s;
    char           *text;

    export_sample_open(&s, sample_plain(texts[_i].interval));
    text = render(&s, &texts[_i].o);
    compare(texts[_i].name, text);
    /* what the profile's names contain of such */
    for (const char *at = text; *at != '\0'; at++) {
        ck_assert((unsigned char) *at >= 0x20 || *at == '\n');
    }
    free(text);
    export_sample_close(&s);
}
END_TEST


/* what a shortened table leaves out is told, as below lists of sites */
START_TEST(test_groups_top)
{
    np_text_options_t o = {.by = NP_BY_FUNCTION, .top = 6};
    export_sample_t   s;
    char             *text;

    export_sample_open(&s, sample_plain(0));
    text = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(text, "\n           0 B in 2 more "
                                       "functions\n\nAbout"));
    free(text);
    o.top = 2;
    o.by = NP_BY_MODULE;
    o.exact = 1;
    text = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(text, " more modules\n\nAbout"));
    free(text);
    o.top = 8;
    o.by = NP_BY_FUNCTION;
    text = render(&s, &o);
    ck_assert_ptr_null(strstr(text, " more "));
    free(text);
    export_sample_close(&s);
}
END_TEST


/* a filter hides, but shares are of the whole, which the header tells */
START_TEST(test_filtered_shares)
{
    static const np_text_options_t f[] = {
        {.by = NP_BY_FUNCTION, .sort = NP_FIGURE_TOTAL},
        {.by = NP_BY_MODULE, .sort = NP_FIGURE_TOTAL},
        {.by = NP_BY_STACK, .sort = NP_FIGURE_TOTAL},
        {.by = NP_BY_SIZE},
        {.tree = NP_TREE_CALLEES, .sort = NP_FIGURE_TOTAL},
        {.tree = NP_TREE_CALLERS, .sort = NP_FIGURE_TOTAL},
        {.sorted = 1, .sort = NP_FIGURE_TOTAL},
    };
    maker_t        *m = maker_create(0);
    export_sample_t s;

    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0xabc)), 0, 100, 5);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0xdef)), 0, 100, 15);
    export_sample_open(&s, m);
    for (unsigned i = 0; i < s.profile->nsites; i++) {
        s.profile->site[i].hidden = s.profile->site[i].total.objects != 5;
    }
    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        char *text = render(&s, &f[i]), *body = strstr(text, "\n\n");

        ck_assert_ptr_nonnull(body);
        ck_assert_msg(strstr(body, "  25.0 % ") != NULL, "%s", text);
        free(text);
    }
    export_sample_close(&s);
}
END_TEST


/* a thread that only frees has a row, and so have several that ran one after
 * another: it says how many they are */
START_TEST(test_threads)
{
    const maker_life_t away = {1000, 0, 1, 0, 1};
    np_text_options_t  o = {.by = NP_BY_THREAD, .sort = NP_FIGURE_REMOTE};
    maker_t           *m = maker_create(0);
    uint32_t           site = maker_site(m, maker_frame(m, 0, 0x1000));
    export_sample_t    s;
    char              *text;

    (void) maker_thread(m, 7, "main");
    maker_thread(m, 9, "freer")->threads = 6;
    (void) maker_thread(m, 10, "idle");
    maker_alloc(m, site, 0, 100, 3);
    maker_free(m, site, 1, 100, 2, &away);
    export_sample_open(&s, m);
    text = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(text, "By thread: frees of what others "
                                       "allocated\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "             2  100.0 %          0 B            0      "
                     "  200 B  freer 9 (the last of 6 threads)\n"
                     "             0    0.0 %        300 B            3      "
                     "    0 B  main 7\n"
                     "  total, freed: bytes; allocs: calls; remote: frees "));
    ck_assert_ptr_null(strstr(text, "idle"));
    free(text);
    o.sort = NP_FIGURE_TOTAL;
    o.top = 1;
    text = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(text, "  main 7\n           0 B in 6 more "
                                       "threads\n"));
    free(text);
    export_sample_close(&s);
}
END_TEST


/* what has no stack is told by its name alone, once */
START_TEST(test_no_stack)
{
    static const char early[] = "(before profiling began)";
    np_text_options_t o = {.by = NP_BY_STACK, .sort = NP_FIGURE_TOTAL};
    maker_t          *m = maker_create(0);
    export_sample_t   s;
    char             *text, *name;

    maker_alloc(m, NP_SITE_EARLY, 0, 5000, 1);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0xabc)), 0, 300, 5);
    export_sample_open(&s, m);
    text = render(&s, &o);
    name = strstr(text, early);
    ck_assert_ptr_nonnull(name);
    ck_assert_ptr_null(strstr(name + 1, early));
    ck_assert_ptr_nonnull(strstr(name, "      * "));
    free(text);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_golden_diff)
{
    np_text_options_t o = {.by = NP_BY_STACK, .sort = NP_FIGURE_TOTAL};
    export_sample_t   a, b;
    maker_t          *m = sample_plain(0);
    char             *text = NULL;
    size_t            n;
    FILE             *f = open_memstream(&text, &n);

    maker_alloc(m, NP_SITE_FIRST + 1, 0, 100000, 5);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0xabc)), 0, 300, 5);
    export_sample_open(&a, sample_plain(0));
    export_sample_open(&b, m);
    {
        np_text_t ta = {f, a.profile, a.symbols, &o, NULL};
        np_text_t tb = {f, b.profile, b.symbols, &o, NULL};

        ck_assert_int_eq(np_text_diff(&ta, &tb), 0);
        tb.p = a.profile;
        tb.y = a.symbols;
        ta.p = b.profile;
        ta.y = b.symbols;
        ck_assert_int_eq(np_text_diff(&ta, &tb), 0);
    }
    ck_assert_int_eq(fclose(f), 0);
    compare("exact.diff.text", text);
    free(text);
    export_sample_close(&a);
    export_sample_close(&b);
}
END_TEST


/* pinned in all is what the blocks say, not what sites are taken to pin */
START_TEST(test_diff_pinned)
{
    np_text_options_t o = {.by = NP_BY_STACK, .sort = NP_FIGURE_TOTAL};
    export_sample_t   s[2];
    char             *text = NULL;
    size_t            n;
    FILE             *f = open_memstream(&text, &n);

    for (int i = 0; i < 2; i++) {
        maker_t *m = maker_create(64);
        uint32_t site = maker_site(m, maker_frame(m, 0, 0xabc));

        maker_alloc(m, site, 0, 300, 5);
        maker_pin(m, site, 100000);
        maker_pool(m, 304)->pinned = 2048u << i;
        export_sample_open(&s[i], m);
    }
    {
        np_text_t a = {f, s[0].profile, s[0].symbols, &o, NULL};
        np_text_t b = {f, s[1].profile, s[1].symbols, &o, NULL};

        ck_assert_int_eq(np_text_diff(&a, &b), 0);
    }
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_ptr_nonnull(strstr(text, "  pinned             2.00 KiB     "
                                       "4.00 KiB "));
    free(text);
    export_sample_close(&s[0]);
    export_sample_close(&s[1]);
}
END_TEST


/* a sample has nothing from before profiling began: that is not gone, nor new
 * in an exact profile */
START_TEST(test_diff_early)
{
    static const char early[] = "(before profiling began)";
    static const char said[] = "one profile is exact and the other sampled\n"
                               "what the exact one has from before profiling "
                               "began is in its totals "
                               "only\n";
    const uint64_t    interval[] = {0, 65536, 0};
    export_sample_t   s[3];

    for (int i = 0; i < 3; i++) {
        maker_t *m = maker_create(interval[i]);

        if (interval[i] == 0) {
            maker_alloc(m, NP_SITE_EARLY, 0, 5000 + i, 1);
        }
        maker_alloc(m, maker_site(m, maker_frame(m, 0, 0xabc)), 0, 300, 5 + i);
        export_sample_open(&s[i], m);
    }
    for (int by = NP_BY_STACK; by <= NP_BY_MODULE; by++) {
        for (int i = 0; i < 3; i++) {
            np_text_options_t o = {.by = by, .sort = NP_FIGURE_TOTAL};
            export_sample_t  *a = &s[i], *b = &s[(i + 1) % 3];
            char             *text = NULL;
            size_t            n;
            FILE             *f = open_memstream(&text, &n);
            np_text_t         ta = {f, a->profile, a->symbols, &o, NULL};
            np_text_t         tb = {f, b->profile, b->symbols, &o, NULL};
            int alike = a->profile->sampled == b->profile->sampled;

            ck_assert_int_eq(np_text_diff(&ta, &tb), 0);
            ck_assert_int_eq(fclose(f), 0);
            ck_assert_int_eq(strstr(text, early) != NULL, alike);
            ck_assert_int_eq(strstr(text, said) == NULL, alike);
            free(text);
        }
    }
    for (int i = 0; i < 3; i++) {
        export_sample_close(&s[i]);
    }
}
END_TEST


/* the same text, but for the colours */
START_TEST(test_colour)
{
    np_text_options_t o = {.top = 3};
    export_sample_t   s;
    char             *plain, *colour, *to;

    export_sample_open(&s, sample_plain(0));
    plain = render(&s, &o);
    o.colour = 1;
    colour = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(colour, "\033[1m"));
    ck_assert_str_ne(plain, colour);
    to = colour;
    for (const char *at = colour; *at != '\0'; at++) {
        if (*at == '\033') {
            at = strchr(at, 'm');
            ck_assert_ptr_nonnull(at);
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    ck_assert_str_eq(plain, colour);
    free(plain);
    free(colour);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_empty)
{
    np_text_options_t o = {.top = 3};
    export_sample_t   s;
    char             *text;

    export_sample_open(&s, maker_create(0));
    text = render(&s, &o);
    ck_assert_ptr_nonnull(strstr(text, "command    ?\n"));
    ck_assert_ptr_nonnull(strstr(text, "Top by live: bytes still in use, 0 B "
                                       "in all\n  none\n"));
    free(text);
    export_sample_close(&s);
}
END_TEST


/* what was not freed where the profile ends, but the program does not, is no
 * leak */
START_TEST(test_goes_on)
{
    static const struct {
        np_ended_e  ended;
        const char *leaks, *live;
        int         over;
    } f[] = {
        {NP_ENDED_EXIT, "\nLeaks: not freed when the program ended\n",
         " objects at the end\n", 0},
        {NP_ENDED_SIGNAL, "\nLeaks: not freed when the program ended\n",
         " objects at the end\n", 0},
        {NP_ENDED_NOT, "\nNot freed so far\n", " objects so far\n", 0},
        {NP_ENDED_NOT, "\nNot freed when it ended\n",
         " objects when it ended\n", 1},
        {NP_ENDED_EXEC, "\nNot freed when it ran another program\n",
         " objects when it ran another program\n", 0},
        {NP_ENDED_STOPPED, "\nNot freed when profiling was switched off\n",
         " objects when profiling was switched off\n", 0},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        np_text_options_t o = {.top = 3};
        export_sample_t   s;
        char             *text;

        export_sample_open(&s, sample_plain(0));
        s.profile->header.ended = f[i].ended;
        s.profile->over = f[i].over;
        s.profile->total.last_ms = 3300;
        text = render(&s, &o);
        ck_assert_ptr_nonnull(strstr(text, f[i].leaks));
        ck_assert_ptr_nonnull(strstr(text, f[i].live));
        ck_assert_int_eq(strstr(text, "at the end") != NULL,
                         strstr(f[i].live, "the end") != NULL);
        /* the last look was before the last allocation */
        ck_assert_int_eq(strstr(text, " UTC, 3.30 s; ") != NULL,
                         f[i].ended == NP_ENDED_NOT);
        /* a look at RSS is a moment of its own */
        ck_assert_int_eq(strstr(text, "Where RSS goes: 6.20 MiB at the last "
                                      "look, after 3.25 s, 6.96 MiB at most")
                             != NULL,
                         f[i].ended == NP_ENDED_NOT);
        ck_assert_int_eq(strstr(text, "; ended without its exit handlers "
                                      "(killed, or _exit by a system call)\n")
                             != NULL,
                         f[i].over);
        ck_assert_int_eq(strstr(text, "kept to the end") != NULL,
                         (f[i].ended != NP_ENDED_NOT || f[i].over)
                             && f[i].ended != NP_ENDED_STOPPED);
        free(text);
        export_sample_close(&s);
    }
}
END_TEST


/* what an exact profile does not have, and why its sum is not the heap's */
START_TEST(test_excuses)
{
    np_text_options_t o = {.top = 3};

    for (int gaps = 0; gaps < 2; gaps++) {
        export_sample_t s;
        char           *text;

        export_sample_open(&s, sample_plain(0));
        s.profile->header.gaps = (uint32_t) gaps;
        s.profile->header.heap_live_bytes += (uint64_t) gaps;
        text = render(&s, &o);
        ck_assert_int_eq(strstr(text, "each allocation was counted, but\n"
                                      "           what came before it was "
                                      "begun, or while it was stopped, is "
                                      "missing\n")
                             != NULL,
                         gaps);
        ck_assert_int_eq(strstr(text, ": equal\n") != NULL, !gaps);
        ck_assert_int_eq(strstr(text, " %, other threads may have gone on "
                                      "meanwhile\n")
                             != NULL,
                         gaps);
        free(text);
        export_sample_close(&s);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("text");
    TCase *t = tcase_create("text");

    tcase_add_loop_test(t, test_golden, 0, TEXTS);
    tcase_add_test(t, test_groups_top);
    tcase_add_test(t, test_filtered_shares);
    tcase_add_test(t, test_threads);
    tcase_add_test(t, test_no_stack);
    tcase_add_test(t, test_golden_diff);
    tcase_add_test(t, test_diff_early);
    tcase_add_test(t, test_diff_pinned);
    tcase_add_test(t, test_colour);
    tcase_add_test(t, test_empty);
    tcase_add_test(t, test_goes_on);
    tcase_add_test(t, test_excuses);
    suite_add_tcase(s, t);

    return s;
}
