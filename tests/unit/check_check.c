/*
 * np_check: the line, the signal and the hook of a fatal finding.
 */

#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/np_check.h"
#include "check_suite.h"

static jmp_buf     check_back;
static const char *check_what;
static const void *check_addr;


static void
check_child(void)
{
    np_fatal("double free", (void *) 0x1234abcd);
}


static void
check_child_no_hook(void)
{
    np_fatal_set_hook(NULL);
    np_check(1, "not this", NULL);
    np_check(0, "foreign pointer", (void *) 0x10);
}


/* a hook that runs into the next finding */
static void
check_hook_again(const char *what, const void *addr)
{
    (void) what;
    np_fatal("in the hook", addr);
}


static void
check_child_again(void)
{
    np_fatal_set_hook(check_hook_again);
    np_fatal("first", (void *) 1);
}


/* run in a child; what it writes, and that it dies of SIGABRT */
static void
check_dies(void (*run)(void), const char *want)
{
    int   status;
    char  buf[1024];
    pid_t pid;

    check_stderr_begin();
    pid = fork();

    if (pid == 0) {
        run();
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    check_stderr_end(buf, sizeof(buf));
    ck_assert_str_eq(buf, want);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}


START_TEST(a_finding_is_one_line_and_sigabrt)
{
    check_dies(check_child, "ngxpool: fatal: double free 0x1234abcd\n");
    check_dies(check_child_no_hook, "ngxpool: fatal: foreign pointer 0x10\n");
}
END_TEST


START_TEST(a_finding_in_the_hook_ends_it)
{
    check_dies(check_child_again, "ngxpool: fatal: first 0x1\n"
                                  "ngxpool: fatal: in the hook 0x1\n");
}
END_TEST


static void
check_hook(const char *what, const void *addr)
{
    check_what = what;
    check_addr = addr;
    longjmp(check_back, 1);
}


START_TEST(the_hook_learns_what_and_where)
{
    int  x;
    char buf[256];

    np_fatal_set_hook(check_hook);
    check_stderr_begin();

    if (setjmp(check_back) == 0) {
        np_fatal("heap is broken", &x);
    }

    check_stderr_end(buf, sizeof(buf));
    ck_assert_str_eq(check_what, "heap is broken");
    ck_assert_ptr_eq(check_addr, &x);
    ck_assert_int_eq(check_lines(buf), 1);
}
END_TEST


static int check_evaluated;


static int
check_false(void)
{
    check_evaluated++;

    return 0;
}


START_TEST(assertions_are_for_the_debug_build)
{
    char buf[256];

    np_fatal_set_hook(check_hook);
    check_stderr_begin();

    if (setjmp(check_back) == 0) {
        np_assert(check_false());
    }

    check_stderr_end(buf, sizeof(buf));

#ifdef NP_DEBUG
    ck_assert_int_eq(check_evaluated, 1);
    ck_assert_int_eq(check_lines(buf), 1);
    ck_assert_ptr_nonnull(strstr(buf, "check_false()"));
#else
    ck_assert_int_eq(check_evaluated, 0);
    ck_assert_str_eq(buf, "");
#endif
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("check");
    TCase *t = tcase_create("check");

    tcase_add_test(t, a_finding_is_one_line_and_sigabrt);
    tcase_add_test(t, a_finding_in_the_hook_ends_it);
    tcase_add_test(t, the_hook_learns_what_and_where);
    tcase_add_test(t, assertions_are_for_the_debug_build);
    suite_add_tcase(s, t);

    return s;
}
