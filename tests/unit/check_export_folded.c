/*
 * Folded stacks: each line a stack and a whole number, by the chosen figure.
 */
#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"


/* sum of the lines' values; each line must be "FRAMES VALUE" */
static double
sum_of(char *text)
{
    double sum = 0;

    for (char *line = strtok(text, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        char *space = strrchr(line, ' '), *end;
        long  value;

        ck_assert_ptr_nonnull(space);
        value = strtol(space + 1, &end, 10);
        ck_assert_int_eq(*end, '\0');
        ck_assert_int_gt(value, 0);
        ck_assert_ptr_ne(space, line);
        sum += (double) value;
    }
    return sum;
}


/* the lines add up to the profile's sum, in a sample too */
START_TEST(test_sum)
{
    for (unsigned k = 0; k < 2; k++) {
        export_sample_t s;
        char           *text;
        size_t          n;

        export_sample_open(&s, sample_plain(k * 65536));
        text
            = export_sample_render(&s, np_export_folded, (np_figure_e) _i, &n);
        ck_assert_double_eq(
            sum_of(text),
            round(np_figure_value(&s.profile->total, (np_figure_e) _i)));
        free(text);
        export_sample_close(&s);
    }
}
END_TEST


START_TEST(test_stacks)
{
    export_sample_t s;
    char           *text;
    size_t          n;

    export_sample_open(&s, sample_rich(0));
    text = export_sample_render(&s, np_export_folded, NP_FIGURE_TOTAL, &n);
    ck_assert_ptr_nonnull(strstr(text, "\nsample_main;sample_serve;"
                                       "sample_parse;sample_copy 240000\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\nsample_main;sample_tree;sample_tree;sample_tree;"
                     "sample_tree;sample_tree;sample_tree 889920\n"));
    /* a semicolon of a name is none */
    ck_assert_ptr_nonnull(strstr(text, "a \"b\" 'c' \\ :?[31m"));
    free(text);

    text = export_sample_render(&s, np_export_folded, NP_FIGURE_OBJECTS, &n);
    ck_assert_ptr_nonnull(strstr(text, "<script>alert(1)</script> 3\n"));
    free(text);
    export_sample_close(&s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_folded");
    TCase *t = tcase_create("stacks");

    tcase_add_loop_test(t, test_sum, 0, NP_FIGURES);
    tcase_add_test(t, test_stacks);
    suite_add_tcase(s, t);

    return s;
}
