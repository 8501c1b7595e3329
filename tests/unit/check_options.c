/*
 * np_options: each kind of value, each way to get it wrong, and that wrong
 * means one line and the default.
 */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check_suite.h"
#include "os/np_env.h"
#include "os/np_options.h"

static char         check_said[8192];
static np_options_t check_default;


/* reads options where the environment is the n entries, check_said is what
 * was written */
static void
check_init(char **entries)
{
    char **old = environ;

    environ = entries;
    check_stderr_begin();
    np_options_init();
    check_stderr_end(check_said, sizeof(check_said));
    environ = old;
}


static void
check_with(const char *entry)
{
    char  buf[1024];
    char *list[] = {buf, NULL};

    ck_assert_uint_lt(strlen(entry), sizeof(buf));
    strcpy(buf, entry);
    check_init(list);
}


static void
check_setup(void)
{
    check_default = np_options;
}


/* the field at offset is what differs from the defaults, and it is want */
#define check_good(entry, field, want)                                        \
    do {                                                                      \
        np_options_t o_ = check_default;                                      \
                                                                              \
        check_with(entry);                                                    \
        ck_assert_str_eq(check_said, "");                                     \
        ck_assert_uint_eq(np_options.field, (size_t) (want));                 \
        o_.field = np_options.field;                                          \
        ck_assert_mem_eq(&o_, &np_options, sizeof(o_));                       \
    } while (0)


START_TEST(no_environment_means_the_defaults)
{
    char *none[] = {NULL};

    memset(&np_options, 0x55, sizeof(np_options));
    check_init(none);
    ck_assert_str_eq(check_said, "");
    ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));
    ck_assert_str_eq(np_options.report, "");
    ck_assert_uint_eq(np_options.max, 4095);
    ck_assert_uint_eq(np_options.reclaim, 1);
    ck_assert_uint_eq(np_options.abort, NP_ABORT_ABORT);
}
END_TEST


START_TEST(good_values_are_taken_silently)
{
    check_good("NGXPOOL_MAX=16", max, 16);
    check_good("NGXPOOL_MAX=4095", max, 4095);
    check_good("NGXPOOL_MAX=2k", max, 2048);
    check_good("NGXPOOL_MAX=0100", max, 100);
    check_good("NGXPOOL_BLOCK=512", block, 512);
    check_good("NGXPOOL_BLOCK=64K", block, 65536);
    check_good("NGXPOOL_BLOCK=1m", block, 1048576);
    check_good("NGXPOOL_BLOCK=1M", block, 1048576);
    check_good("NGXPOOL_PURGE=off", purge, NP_PURGE_OFF);
    check_good("NGXPOOL_PURGE=0", purge, 0);
    check_good("NGXPOOL_PURGE=1000", purge, 1000);
    check_good("NGXPOOL_RECLAIM=off", reclaim, 0);
    check_good("NGXPOOL_RECLAIM=on", reclaim, 1);
    check_good("NGXPOOL_RECLAIM=0", reclaim, 0);
    check_good("NGXPOOL_BACKGROUND=1", background, 1);
    check_good("NGXPOOL_CHECK=1", check, 1);
    check_good("NGXPOOL_CHECK=0", check, 0);
    check_good("NGXPOOL_CHECK=on", check, 1);
    check_good("NGXPOOL_QUARANTINE=off", quarantine, 0);
    check_good("NGXPOOL_QUARANTINE=0", quarantine, 0);
    check_good("NGXPOOL_QUARANTINE=64k", quarantine, 65536);
    check_good("NGXPOOL_QUARANTINE=1024m", quarantine, 1 << 30);
    check_good("NGXPOOL_GUARD=1", guard, 1);
    check_good("NGXPOOL_GUARD=off", guard, 0);
    check_good("NGXPOOL_REPORT_EXACT=1", report_exact, 1);
    check_good("NGXPOOL_REPORT_FORMAT=text", report_format, NP_FORMAT_TEXT);
    check_good("NGXPOOL_REPORT_FORMAT=json", report_format, NP_FORMAT_JSON);
    check_good("NGXPOOL_ABORT=abort", abort, NP_ABORT_ABORT);
    check_good("NGXPOOL_ABORT=exit", abort, NP_ABORT_EXIT);
    check_good("NGXPOOL_ABORT=ignore", abort, NP_ABORT_IGNORE);
    check_good("NGXPOOL_PROFILE=off", profile, NP_PROFILE_OFF);
    check_good("NGXPOOL_PROFILE=exact", profile, NP_PROFILE_EXACT);
    check_good("NGXPOOL_PROFILE=sample", profile, 524288);
    check_good("NGXPOOL_PROFILE=sample:1", profile, 1);
    check_good("NGXPOOL_PROFILE=sample:64k", profile, 65536);
    check_good("NGXPOOL_PROFILE_DEPTH=1", profile_depth, 1);
    check_good("NGXPOOL_PROFILE_DEPTH=256", profile_depth, 256);
    check_good("NGXPOOL_PROFILE_FOLLOW=0", profile_follow, 0);
    check_good("NGXPOOL_PROFILE_FOLLOW=off", profile_follow, 0);
    check_good("NGXPOOL_PROFILE_FOLLOW=12345", profile_follow, 12345);
    check_good("NGXPOOL_PROFILE_SIGNAL=12", profile_signal, 12);
    check_good("NGXPOOL_PROFILE_SIGNAL=off", profile_signal, 0);
    check_good("NGXPOOL_MAX=", max, 4095);
    check_good("XNGXPOOL_MAX=16", max, 4095);
}
END_TEST


START_TEST(who_is_profiled)
{
    char  exact[] = "NGXPOOL_PROFILE=exact", only[64], follow[64];
    char *list[] = {exact, only, NULL};

    snprintf(only, sizeof(only), "NGXPOOL_PROFILE_ONLY=%s", np_env_command());
    check_init(list);
    ck_assert_uint_eq(np_options.profile, NP_PROFILE_EXACT);
    snprintf(only, sizeof(only), "NGXPOOL_PROFILE_ONLY=other");
    check_init(list);
    ck_assert_uint_eq(np_options.profile, NP_PROFILE_OFF);
    list[1] = follow;
    snprintf(follow, sizeof(follow), "NGXPOOL_PROFILE_FOLLOW=%d",
             (int) getpid());
    check_init(list);
    ck_assert_uint_eq(np_options.profile, NP_PROFILE_EXACT);
    snprintf(follow, sizeof(follow), "NGXPOOL_PROFILE_FOLLOW=%d",
             (int) getppid());
    check_init(list);
    ck_assert_uint_eq(np_options.profile, NP_PROFILE_OFF);
    ck_assert_str_eq(check_said, "");
}
END_TEST


START_TEST(bad_values_are_one_line_and_the_default)
{
    static const char *const bad[] = {
        "NGXPOOL_MAX=abc",
        "NGXPOOL_MAX=15",
        "NGXPOOL_MAX=4096",
        "NGXPOOL_MAX=-16",
        "NGXPOOL_MAX=+16",
        "NGXPOOL_MAX= 16",
        "NGXPOOL_MAX=16 ",
        "NGXPOOL_MAX=0x20",
        "NGXPOOL_MAX=k",
        "NGXPOOL_MAX=1kk",
        "NGXPOOL_MAX=1g",
        "NGXPOOL_MAX=18446744073709551632",
        "NGXPOOL_MAX=1.5k",
        "NGXPOOL_MAX=off",
        "NGXPOOL_MAX=\n\n",
        "NGXPOOL_BLOCK=511",
        "NGXPOOL_BLOCK=2m",
        "NGXPOOL_BLOCK=17592186044417m",
        "NGXPOOL_PURGE=1001",
        "NGXPOOL_PURGE=of",
        "NGXPOOL_PURGE=OFF",
        "NGXPOOL_RECLAIM=2",
        "NGXPOOL_RECLAIM=yes",
        "NGXPOOL_BACKGROUND=-1",
        "NGXPOOL_CHECK=2",
        "NGXPOOL_REPORT_EXACT=true",
        "NGXPOOL_REPORT_FORMAT=0",
        "NGXPOOL_REPORT_FORMAT=xml",
        "NGXPOOL_ABORT=0",
        "NGXPOOL_ABORT=aborted",
        "NGXPOOL_HELP=please",
        "NGXPOOL_PROFILE=1",
        "NGXPOOL_PROFILE=sample:",
        "NGXPOOL_PROFILE=sample:0",
        "NGXPOOL_PROFILE=4096",
        "NGXPOOL_PROFILE_DEPTH=0",
        "NGXPOOL_PROFILE_DEPTH=257",
        "NGXPOOL_PROFILE_FOLLOW=-1",
        "NGXPOOL_PROFILE_SIGNAL=0",
        "NGXPOOL_PROFILE_SIGNAL=65",
    };
    char   name[64];
    size_t i, n;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        check_with(bad[i]);
        ck_assert_int_eq(check_lines(check_said), 1);
        ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));

        n = strcspn(bad[i], "=");
        snprintf(name, sizeof(name), "ngxpool: %.*s=", (int) n, bad[i]);
        ck_assert_int_eq(strncmp(check_said, name, strlen(name)), 0);
        ck_assert_ptr_nonnull(strstr(check_said, "; using "));
    }
}
END_TEST


START_TEST(the_line_says_what_is_allowed)
{
    check_with("NGXPOOL_MAX=abc");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_MAX=abc: allowed: "
                                 "16..4095 bytes; using 4095\n");

    check_with("NGXPOOL_ABORT=core\ndump");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_ABORT=core?dump: allowed: "
                                 "abort|exit|ignore; using abort\n");

    check_with("NGXPOOL_RECLAIM=never");
    ck_assert_str_eq(check_said, "ngxpool: NGXPOOL_RECLAIM=never: allowed: "
                                 "on|off|1|0; using on\n");
}
END_TEST


START_TEST(a_report_name_fits_or_is_refused)
{
    char entry[512];

    check_with("NGXPOOL_REPORT=/tmp/r.%p.%n");
    ck_assert_str_eq(check_said, "");
    ck_assert_str_eq(np_options.report, "/tmp/r.%p.%n");

    snprintf(entry, sizeof(entry), "NGXPOOL_REPORT=%0255d", 7);
    check_with(entry);
    ck_assert_str_eq(check_said, "");
    ck_assert_uint_eq(strlen(np_options.report), 255);
    ck_assert_int_eq(np_options.report[254], '7');

    snprintf(entry, sizeof(entry), "NGXPOOL_REPORT=%0256d", 7);
    check_with(entry);
    ck_assert_int_eq(check_lines(check_said), 1);
    ck_assert_ptr_nonnull(strstr(check_said, "at most 255 bytes"));
    ck_assert_uint_lt(strlen(check_said), 200);
    ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));
}
END_TEST


START_TEST(a_profile_name_has_no_other_signs)
{
    check_with("NGXPOOL_PROFILE_FILE=/tmp/%p.%n.100%%");
    ck_assert_str_eq(check_said, "");
    ck_assert_str_eq(np_options.profile_file, "/tmp/%p.%n.100%%");

    check_with("NGXPOOL_PROFILE_FILE=z.%q.prof");
    ck_assert_str_eq(check_said,
                     "ngxpool: NGXPOOL_PROFILE_FILE=z.%q.prof: allowed: at "
                     "most 255 bytes, of % only %p, %n and %%; using "
                     "ngxpool.%p.prof\n");
    ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));

    check_with("NGXPOOL_PROFILE_FILE=100%");
    ck_assert_int_eq(check_lines(check_said), 1);
    ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));
}
END_TEST


START_TEST(an_unknown_name_is_one_line)
{
    static const char *const unknown[]
        = {"NGXPOOL_MAXX=1", "NGXPOOL_MA=1",  "NGXPOOL_=",
           "NGXPOOL_max=16", "NGXPOOL_MAX\n", "NGXPOOL_PROFILE_X=1"};
    size_t i;

    for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        check_with(unknown[i]);
        ck_assert_int_eq(check_lines(check_said), 1);
        ck_assert_ptr_nonnull(strstr(check_said, "no such option"));
        ck_assert_mem_eq(&np_options, &check_default, sizeof(np_options));
    }
}
END_TEST


START_TEST(each_mistake_has_its_line)
{
    char  a[] = "NGXPOOL_MAX=abc", b[] = "NGXPOOL_CHECK=1", c[] = "HOME=/";
    char  d[] = "NGXPOOL_BLOCK=1", e[] = "NGXPOOL_BLOK=4096";
    char *list[] = {a, b, c, d, e, NULL};

    check_init(list);
    ck_assert_int_eq(check_lines(check_said), 3);
    ck_assert_ptr_nonnull(strstr(check_said, "NGXPOOL_MAX=abc:"));
    ck_assert_ptr_nonnull(strstr(check_said, "NGXPOOL_BLOCK=1:"));
    ck_assert_ptr_nonnull(strstr(check_said, "NGXPOOL_BLOK:"));
    ck_assert_uint_eq(np_options.check, 1);
    ck_assert_uint_eq(np_options.block, check_default.block);
}
END_TEST


START_TEST(the_first_of_two_wins)
{
    char  a[] = "NGXPOOL_MAX=100", b[] = "NGXPOOL_MAX=200";
    char *list[] = {a, b, NULL};

    check_init(list);
    ck_assert_uint_eq(np_options.max, 100);
}
END_TEST


START_TEST(help_shows_the_table_and_goes_on)
{
    static const char *const names[] = {
        "REPORT", "REPORT_FORMAT", "REPORT_EXACT", "MAX",   "BLOCK", "RECLAIM",
        "PURGE",  "ABORT",         "BACKGROUND",   "CHECK", "HELP"};
    char        a[] = "NGXPOOL_HELP=1", b[] = "NGXPOOL_MAX=64";
    char        want[64], help[8192];
    char       *list[] = {a, b, NULL};
    size_t      i;
    np_out_t    o;
    const char *s, *end;

    check_init(list);
    ck_assert_uint_eq(np_options.max, 64);

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(want, sizeof(want), "NGXPOOL_%s=", names[i]);
        ck_assert_ptr_nonnull(strstr(check_said, want));
    }

    /* the default, not what is set */
    ck_assert_ptr_nonnull(
        strstr(check_said, "16..4095 bytes (default: 4095)"));

    for (s = check_said; *s != '\0'; s = end + 1) {
        end = strchr(s, '\n');
        ck_assert_ptr_nonnull(end);
        ck_assert_int_lt(end - s, 80);
    }

    np_out_init(&o, -1, help, sizeof(help));
    np_options_help(&o);
    ck_assert_int_eq(np_out_flush(&o), 0);
    ck_assert_str_eq(help, check_said);

    check_with("NGXPOOL_HELP=0");
    ck_assert_str_eq(check_said, "");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("options");
    TCase *t = tcase_create("options");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, no_environment_means_the_defaults);
    tcase_add_test(t, good_values_are_taken_silently);
    tcase_add_test(t, who_is_profiled);
    tcase_add_test(t, bad_values_are_one_line_and_the_default);
    tcase_add_test(t, the_line_says_what_is_allowed);
    tcase_add_test(t, a_report_name_fits_or_is_refused);
    tcase_add_test(t, a_profile_name_has_no_other_signs);
    tcase_add_test(t, an_unknown_name_is_one_line);
    tcase_add_test(t, each_mistake_has_its_line);
    tcase_add_test(t, the_first_of_two_wins);
    tcase_add_test(t, help_shows_the_table_and_goes_on);
    suite_add_tcase(s, t);

    return s;
}
