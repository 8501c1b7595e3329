/*
 * libngxpool(7) lists the options as the table has them: what the help says
 * of values and defaults stands there word for word.
 */

#include "config.h"

#include "os/np_options.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"


/* the page into buf, as a string */
static void
read_page(char *buf, size_t size)
{
    const char *dir = getenv("srcdir");
    char        name[4096];
    FILE       *f;
    size_t      n;

    snprintf(name, sizeof(name), "%s/preload/libngxpool.7",
             dir == NULL ? "." : dir);
    f = fopen(name, "r");
    ck_assert_msg(f != NULL, "%s cannot be opened", name);
    n = fread(buf, 1, size - 1, f);
    buf[n] = '\0';
    ck_assert_int_ne(feof(f), 0);
    fclose(f);
}


START_TEST(test_options_are_described)
{
    static char page[65536], help[16384], entry[256];
    np_out_t    o;
    char       *line;
    const char *s;
    unsigned    n = 0, described = 0;

    read_page(page, sizeof(page));

    np_out_init(&o, -1, help, sizeof(help));
    np_options_help(&o);
    ck_assert_int_eq(np_out_flush(&o), 0);

    for (line = strtok(help, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (*line != ' ') {
            snprintf(entry, sizeof(entry), "\n.TP\n.B %s\n", line);
            ck_assert_msg(strstr(page, entry) != NULL, "not in the manual: %s",
                          line);
            n++;
        }
    }

    ck_assert_uint_gt(n, 0);

#ifndef NP_DEBUG
    /* what is described behind this, no other build has */
    line = strstr(page, "\nOnly in a library that was built");
    ck_assert_ptr_nonnull(line);
    *line = '\0';
#endif

    /* and none that is gone */
    for (s = page; (s = strstr(s, "\n.TP\n.B NGXPOOL_")) != NULL; s++) {
        described++;
    }

    ck_assert_uint_eq(described, n);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("manual");
    TCase *t = tcase_create("options");

    tcase_add_test(t, test_options_are_described);
    suite_add_tcase(s, t);

    return s;
}
