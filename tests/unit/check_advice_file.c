/*
 * Advice as text, as JSON and for the machine, whose form is checked when it
 * is read back.
 */

#include "config.h"

#include "report/np_advice_file.h"
#include "report/np_advice_text.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice_profiles.h"
#include "check_suite.h"

static char advice_file[] = "/tmp/check_advice_file.XXXXXX";


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
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_advice_t   a;
    json_t       *top, *v;
    json_error_t  e;
    char         *text;

    advice_scratch(m, advice_site(m, 0x200, 0x300), 4000);
    advice_batches(m, advice_site(m, 0x200, 0x310), 2, 10, 50000);
    p = advice_load(m);
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

    (void) strcpy(advice_file + strlen(advice_file) - 6, "XXXXXX");
    close(mkstemp(advice_file));
    f = fopen(advice_file, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
    rc = np_advice_file_check(advice_file, sites, err, size);
    unlink(advice_file);
    return rc;
}


START_TEST(test_machine_file)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_advice_t   a;
    char         *text = NULL, err[400];
    size_t        size;
    unsigned      sites, left;
    FILE         *f = open_memstream(&text, &size);

    advice_scratch(m, advice_site(m, 0x200, 0x300), 200);
    advice_batches(m, advice_site(m, 0x200, 0x310), 20, 50, 100000);
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(np_advice_file_write(f, &a, NULL, &left), 2);
    ck_assert_uint_eq(left, 0);
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


/* the library reads 4096 sites */
START_TEST(test_machine_file_has_an_end)
{
    maker_t      *m = advice_maker(0);
    np_profile_t *p;
    np_advice_t   a;
    char         *text = NULL, err[400];
    size_t        size;
    unsigned      sites, left;
    FILE         *f = open_memstream(&text, &size);

    for (unsigned i = 0; i < NP_ADVICE_FILE_SITES + 3; i++) {
        uint32_t site = advice_site(m, 0x200, 0x1000 + 16 * i);

        maker_alloc(m, site, 0, 16, 64);
        maker_pin(m, site, 1 << 20);
    }
    p = advice_load(m);
    ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
    ck_assert_uint_eq(a.advised, NP_ADVICE_FILE_SITES + 3);
    ck_assert_uint_eq(np_advice_file_write(f, &a, NULL, &left),
                      NP_ADVICE_FILE_SITES);
    ck_assert_uint_eq(left, 3);
    fclose(f);
    ck_assert_int_eq(ck_check(text, &sites, err, sizeof(err)), 0);
    ck_assert_uint_eq(sites, NP_ADVICE_FILE_SITES);
    free(text);
    text = malloc(size + 100);
    ck_assert_ptr_nonnull(text);
    for (sites = 0; sites < NP_ADVICE_FILE_SITES + 1; sites++) {
        (void) strcpy(text + (size_t) 15 * sites, "REGION x - 0x1\n");
    }
    ck_assert_int_eq(ck_check(text, &sites, err, sizeof(err)), -1);
    ck_assert_ptr_nonnull(strstr(err, ":4097: more than the library reads"));
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
        {"REGION x - 0xFF\n", ":1: the offset"},
        {"REGION x - 0x12345678123456789\n", ":1: the offset"},
    };
    char     err[400];
    unsigned n;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(ck_check(bad[i].text, &n, err, sizeof(err)), -1);
        ck_assert_msg(strstr(err, bad[i].wrong) != NULL, "%s", err);
    }
    ck_assert_int_eq(
        ck_check("\n REGION\tx -  0xff # z\n", &n, err, sizeof(err)), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(np_advice_file_check("/no/such", &n, err, sizeof(err)),
                     -1);
}
END_TEST


/* values that jansson holds, and the most that it held */
static size_t held, held_most;


static void *
ck_held_alloc(size_t n)
{
    held_most = ++held > held_most ? held : held_most;
    return malloc(n);
}


static void
ck_held_free(void *m)
{
    held -= m != NULL;
    free(m);
}


/* the JSON of so many candidates is no larger in memory than that of one */
START_TEST(test_json_is_written_as_it_is_made)
{
    size_t most[2];

    json_set_alloc_funcs(ck_held_alloc, ck_held_free);
    for (unsigned i = 0; i < 2; i++) {
        maker_t      *m = advice_maker(0);
        np_profile_t *p;
        np_advice_t   a;

        for (unsigned k = 0; k < (i == 0 ? 1 : 200); k++) {
            advice_batches(m, advice_site(m, 0x200, 0x1000 + 16 * k), 1, 1, 1);
        }
        p = advice_load(m);
        ck_assert_int_eq(np_advice_make(&a, p, NULL), 0);
        held_most = 0;
        free(ck_text(&a, 1));
        ck_assert_uint_eq(held, 0);
        most[i] = held_most;
        np_advice_free(&a);
        np_profile_free(p);
    }
    ck_assert_uint_gt(most[0], 0);
    ck_assert_uint_lt(most[1], 2 * most[0]);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("advice_file");
    TCase *t = tcase_create("output");

    tcase_add_test(t, test_output);
    tcase_add_test(t, test_json_is_written_as_it_is_made);
    tcase_add_test(t, test_machine_file);
    tcase_add_test(t, test_machine_file_has_an_end);
    tcase_add_test(t, test_machine_file_is_checked);
    suite_add_tcase(s, t);
    return s;
}
