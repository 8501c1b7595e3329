/*
 * The arguments of `ngxpool compare`: what is read is what was typed.  What
 * is refused is the matter of tests/compare/compare-arguments.
 */

#include "config.h"

#include "cli/np_compare_options.h"

#include <check.h>
#include <string.h>

#include "check_suite.h"

#define ARGS_MAX 40

static np_compare_options_t o;
static char                 err[200];


/* parses words separated by blanks */
static int
parse(const char *line)
{
    static char  copy[500];
    static char *argv[ARGS_MAX + 1];
    int          argc = 0;

    strcpy(copy, line);
    for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " ")) {
        ck_assert_int_lt(argc, ARGS_MAX);
        argv[argc++] = w;
    }
    argv[argc] = NULL;
    return np_compare_options_parse(&o, argc, argv, err, sizeof(err));
}


START_TEST(test_defaults)
{
    ck_assert_int_eq(parse("compare true"), 0);
    ck_assert_uint_eq(o.runs, 5);
    ck_assert_uint_eq(o.warmup, 1);
    ck_assert_double_eq(o.interval, 0.01);
    ck_assert_double_eq(o.timeout, 0);
    ck_assert_uint_eq(o.seed, 1);
    ck_assert_ptr_null(o.with);
    ck_assert_ptr_null(o.pin);
    ck_assert_ptr_null(o.file[NP_FILE_JSON]);
    ck_assert_str_eq(o.command[0], "true");
    ck_assert_ptr_null(o.command[1]);
}
END_TEST


START_TEST(test_everything)
{
    ck_assert_int_eq(
        parse("compare -n 7 --warmup 0 --with a=,b= --interval 50 --seed 0x10 "
              "--pin 0 --timeout 1.5 --linger 0 --allow-different-output "
              "--json j --csv c --html h --export-samples s --load l "
              "--port 80 --idle 2 --ready-timeout 3 -- cmd -n 1"),
        0);
    ck_assert_uint_eq(o.runs, 7);
    ck_assert_uint_eq(o.warmup, 0);
    ck_assert_str_eq(o.with, "a=,b=");
    ck_assert_double_eq(o.interval, 0.05);
    ck_assert_uint_eq(o.seed, 16);
    ck_assert_str_eq(o.pin, "0");
    ck_assert_int_ne(CPU_ISSET(0, &o.cpus), 0);
    ck_assert_int_eq(CPU_COUNT(&o.cpus), 1);
    ck_assert_double_eq(o.timeout, 1.5);
    ck_assert_double_eq(o.linger, 0);
    ck_assert_int_eq(o.any_output, 1);
    ck_assert_str_eq(o.file[NP_FILE_JSON], "j");
    ck_assert_str_eq(o.file[NP_FILE_CSV], "c");
    ck_assert_str_eq(o.file[NP_FILE_HTML], "h");
    ck_assert_str_eq(o.file[NP_FILE_SAMPLES], "s");
    ck_assert_str_eq(o.load, "l");
    ck_assert_uint_eq(o.port, 80);
    ck_assert_double_eq(o.idle, 2);
    ck_assert_double_eq(o.ready_timeout, 3);
    ck_assert_str_eq(o.command[0], "cmd");
    ck_assert_str_eq(o.command[1], "-n");
}
END_TEST


/* options behind the command are the command's */
START_TEST(test_the_command_keeps_its_options)
{
    ck_assert_int_eq(parse("compare ls -n --json x"), 0);
    ck_assert_uint_eq(o.runs, 5);
    ck_assert_str_eq(o.command[1], "-n");
    ck_assert_ptr_null(o.file[NP_FILE_JSON]);
}
END_TEST


START_TEST(test_help_wants_no_command)
{
    ck_assert_int_eq(parse("compare --help"), 0);
    ck_assert_int_eq(o.help, 1);
    ck_assert_int_eq(parse("compare -h"), 0);
    ck_assert_int_eq(o.help, 1);
}
END_TEST


START_TEST(test_messages_name_the_option)
{
    ck_assert_int_eq(parse("compare --warmup x true"), -1);
    ck_assert_str_eq(err, "--warmup wants a whole number from 0 to 10000, "
                          "not 'x'");
    ck_assert_int_eq(parse("compare --port"), -1);
    ck_assert_str_eq(err, "--port wants a value");
    ck_assert_int_eq(parse("compare --nonsense=3 true"), -1);
    ck_assert_str_eq(err, "unknown option '--nonsense=3'");
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("compare_options");
    TCase *t = tcase_create("parse");

    tcase_add_test(t, test_defaults);
    tcase_add_test(t, test_everything);
    tcase_add_test(t, test_the_command_keeps_its_options);
    tcase_add_test(t, test_help_wants_no_command);
    tcase_add_test(t, test_messages_name_the_option);
    suite_add_tcase(s, t);
    return s;
}
