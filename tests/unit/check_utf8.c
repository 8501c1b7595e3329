/*
 * Any bytes become valid UTF-8, and what is valid stays.
 */
#include "config.h"

#include "report/np_utf8.h"

#include <check.h>
#include <stdlib.h>

#include "check_suite.h"

#define NONE "\357\277\275"

static const struct {
    const char *from, *to;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"tab\tand\033[31m", "tab\tand\033[31m"},
    {"\177", NONE},
    {"\302\205", NONE NONE},                  /* U+0085, a control */
    {"\302\240", "\302\240"},                 /* U+00A0 */
    {"gr\303\274n", "gr\303\274n"},           /* two bytes */
    {"\342\202\254", "\342\202\254"},         /* three */
    {"\360\237\230\200", "\360\237\230\200"}, /* four */
    {"\200x", NONE "x"},                      /* a byte of continuation */
    {"\303", NONE},                           /* cut off */
    {"\342\202", NONE NONE},
    {"\303(", NONE "("},
    {"\300\257", NONE NONE},                   /* "/", too long */
    {"\340\200\257", NONE NONE NONE},          /* likewise */
    {"\360\200\200\257", NONE NONE NONE NONE}, /* likewise */
    {"\355\240\200", NONE NONE NONE},          /* a surrogate */
    {"\364\220\200\200", NONE NONE NONE NONE}, /* above U+10FFFF */
    {"\377\376", NONE NONE},
};


START_TEST(test_row)
{
    char *s = np_utf8_copy(rows[_i].from);

    ck_assert_ptr_nonnull(s);
    ck_assert_str_eq(s, rows[_i].to);
    free(s);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("utf8");
    TCase *t = tcase_create("copies");

    tcase_add_loop_test(t, test_row, 0, sizeof(rows) / sizeof(rows[0]));
    suite_add_tcase(s, t);

    return s;
}
