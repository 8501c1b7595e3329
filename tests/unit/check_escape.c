/*
 * Strings of strangers come out harmless: HTML, CSV, shell, terminal; and
 * numbers come out as people read them.
 */

#include "config.h"

#include "report/np_escape.h"
#include "report/np_human.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"


static void
ck_written(void (*escape)(FILE *f, const char *s), const char *s,
           const char *expected)
{
    char  *text = NULL;
    size_t size;
    FILE  *f = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(f);
    escape(f, s);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_str_eq(text, expected);
    free(text);
}


START_TEST(test_html)
{
    ck_written(np_escape_html, "", "");
    ck_written(
        np_escape_html, "<a href=\"x\" b='y'>&amp;</a>",
        "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
    ck_written(np_escape_html, "a\nb\033[31mc\177", "a b [31mc ");
    ck_written(np_escape_html, "gr\303\274n", "gr\303\274n");
}
END_TEST


START_TEST(test_csv)
{
    ck_written(np_escape_csv, "plain text", "plain text");
    ck_written(np_escape_csv, "a,b", "\"a,b\"");
    ck_written(np_escape_csv, "say \"x\"", "\"say \"\"x\"\"\"");
    ck_written(np_escape_csv, "a\nb", "\"a\nb\"");
}
END_TEST


START_TEST(test_command)
{
    char *argv[] = {(char *) "sh", (char *) "-c",       (char *) "it's",
                    (char *) "",   (char *) "a\nb\\c'", (char *) "$x",
                    NULL};
    char *line = np_escape_command(argv);

    ck_assert_str_eq(line, "sh -c 'it'\\''s' '' $'a\\012b\\\\c\\'' '$x'");
    free(line);
}
END_TEST


START_TEST(test_line)
{
    char a[] = "  a\tb\033c\n\n", b[] = "\n \n", d[] = "";
    char c1[] = " a\302\233m\342\200\256b\303\274\377 ";

    np_escape_line(a);
    ck_assert_str_eq(a, "a b c");
    np_escape_line(b);
    ck_assert_str_eq(b, "");
    np_escape_line(d);
    ck_assert_str_eq(d, "");
    np_escape_line(c1);
    ck_assert_str_eq(c1, "a??m???b\303\274?");
}
END_TEST


/* a byte for a byte: lengths stay */
START_TEST(test_text)
{
    static const struct {
        const char *from, *to;
    } t[] = {
        {"plain", "plain"},
        {"gr\303\274n \342\202\254 \360\237\230\200",
         "gr\303\274n \342\202\254 \360\237\230\200"},
        {"\033[31m\r\n\t\177", "?[31m????"},
        /* cut off, a byte alone, too long a form, a surrogate, too large */
        {"a\303", "a?"},
        {"\200b", "?b"},
        {"\300\257", "??"},
        {"\355\240\200", "???"},
        {"\364\220\200\200", "????"},
        /* control characters of the upper half, and right to left */
        {"\302\233m", "??m"},
        {"\342\200\256evil", "???evil"},
        {"\342\201\246", "???"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        char *s = strdup(t[i].from);

        np_escape_text(s);
        ck_assert_str_eq(s, t[i].to);
        free(s);
    }
}
END_TEST


START_TEST(test_numbers)
{
    char b[NP_HUMAN_MAX];

    ck_assert_str_eq(np_human_bytes(b, 0), "0 B");
    ck_assert_str_eq(np_human_bytes(b, 1023), "1023 B");
    ck_assert_str_eq(np_human_bytes(b, 1024), "1.00 KiB");
    ck_assert_str_eq(np_human_bytes(b, 10.0 * 1048576), "10.0 MiB");
    ck_assert_str_eq(np_human_bytes(b, 1023.96 * 1024), "1.00 MiB");
    ck_assert_str_eq(np_human_bytes(b, 999.4 * 1048576), "999 MiB");
    ck_assert_str_eq(np_human_bytes(b, NAN), "-");
    ck_assert_str_eq(np_human_seconds(b, 0), "0 s");
    ck_assert_str_eq(np_human_seconds(b, 0.0001234), "123 us");
    ck_assert_str_eq(np_human_seconds(b, 0.01234), "12.3 ms");
    ck_assert_str_eq(np_human_seconds(b, 1.234), "1.23 s");
    ck_assert_str_eq(np_human_seconds(b, 125), "2 min 05 s");
    ck_assert_str_eq(np_human_count(b, 1234), "1234");
    ck_assert_str_eq(np_human_count(b, 1234567), "1.23 M");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("escape");
    TCase *t = tcase_create("escape");

    tcase_add_test(t, test_html);
    tcase_add_test(t, test_csv);
    tcase_add_test(t, test_command);
    tcase_add_test(t, test_line);
    tcase_add_test(t, test_text);
    tcase_add_test(t, test_numbers);
    suite_add_tcase(s, t);
    return s;
}
