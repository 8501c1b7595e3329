/*
 * Aligned columns, and numbers in cells.
 */

#include "config.h"

#include "heap/np_report_table.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

#include "check_suite.h"


typedef struct {
    const char *text[3];
} row_t;

static const row_t rows[] = {
    {{"a", "1", "note"}},
    {{NULL, NULL, NULL}}, /* not there */
    {{"long name", "12345  ", ""}},
    {{"", "", "end"}},
};


static int
row(const void *data, unsigned i, np_report_cell_t *cell)
{
    const row_t *r = (const row_t *) data + i;
    unsigned     c;

    for (c = 0; c < 3 && r->text[0] != NULL; c++) {
        cell[c].text = r->text[c];
    }

    return r->text[0] != NULL;
}


static void
assert_table(np_report_table_t *t, const char *expected)
{
    char     buf[1024];
    np_out_t o;

    t->left = 1U << 0 | 1U << 2;
    t->rows = 4;
    t->row = row;
    t->data = rows;

    np_out_init(&o, -1, buf, sizeof(buf));
    np_report_table(&o, t);
    ck_assert_str_eq(buf, expected);
}


START_TEST(test_words_left_numbers_right)
{
    np_report_table_t t = {.head = {"name", "n", "what", NULL}};

    assert_table(&t, "  name             n  what\n"
                     "  a                1  note\n"
                     "  long name  12345\n"
                     "                      end\n");
}
END_TEST


START_TEST(test_no_heading)
{
    np_report_table_t t = {.head = {"", "", "", NULL}};

    assert_table(&t, "  a                1  note\n"
                     "  long name  12345\n"
                     "                      end\n");
}
END_TEST


START_TEST(test_hidden_column)
{
    np_report_table_t t
        = {.head = {"name", "n", "what", NULL}, .hidden = 1U << 1};

    assert_table(&t, "  name       what\n"
                     "  a          note\n"
                     "  long name\n"
                     "             end\n");
}
END_TEST


START_TEST(test_cells)
{
    np_report_cell_t c;

    np_report_count(&c, 0, 0);
    ck_assert_str_eq(c.buf, "0");
    np_report_count(&c, 999, 0);
    ck_assert_str_eq(c.buf, "999");
    np_report_count(&c, 1000, 0);
    ck_assert_str_eq(c.buf, "1,000");
    np_report_count(&c, UINT64_MAX, 0);
    ck_assert_str_eq(c.buf, "18,446,744,073,709,551,615");
    np_report_count(&c, UINT64_MAX, 1);
    ck_assert_str_eq(c.buf, "18446744073709551615");

    np_report_bytes(&c, 0, 0);
    ck_assert_str_eq(c.buf, "0    ");
    np_report_bytes(&c, 1023, 0);
    ck_assert_str_eq(c.buf, "1023 B  ");
    np_report_bytes(&c, 1024, 0);
    ck_assert_str_eq(c.buf, "1.0 KiB");
    np_report_bytes(&c, 1024, 1);
    ck_assert_str_eq(c.buf, "1024");

    np_report_power(&c, 9, 0);
    ck_assert_str_eq(c.buf, "512 B  ");
    np_report_power(&c, 10, 0);
    ck_assert_str_eq(c.buf, "1 KiB");
    np_report_power(&c, 47, 0);
    ck_assert_str_eq(c.buf, "128 TiB");
    np_report_power(&c, 47, 1);
    ck_assert_str_eq(c.buf, "140737488355328");

    np_report_share(&c, 1, 3);
    ck_assert_str_eq(c.buf, "33.3 %");
    np_report_share(&c, 2, 3);
    ck_assert_str_eq(c.buf, "66.7 %");
    np_report_share(&c, 5, 0);
    ck_assert_str_eq(c.buf, "0.0 %");
    np_report_share(&c, UINT64_MAX / 2, UINT64_MAX);
    ck_assert_str_eq(c.buf, "50.0 %");
    np_report_share(&c, UINT64_MAX, UINT64_MAX);
    ck_assert_str_eq(c.buf, "100.0 %");

    np_report_bar(&c, 1, 2);
    ck_assert_str_eq(c.buf, "##########");
    np_report_bar(&c, 7, 2);
    ck_assert_str_eq(c.buf, "####################");
    np_report_bar(&c, 1, 1000);
    ck_assert_str_eq(c.buf, "");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("report_table");
    TCase *t = tcase_create("table");

    tcase_add_test(t, test_words_left_numbers_right);
    tcase_add_test(t, test_no_heading);
    tcase_add_test(t, test_hidden_column);
    tcase_add_test(t, test_cells);
    suite_add_tcase(s, t);

    return s;
}
