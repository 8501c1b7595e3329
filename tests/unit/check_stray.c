/*
 * np_stray: a copy of the process is told from the process itself and from a
 * child of vfork, and what waits in it for a thread that it lacks ends with a
 * line.
 */

#include "config.h"

#include "os/np_stray.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/np_lock.h"
#include "check_suite.h"
#include "os/np_mem.h"
#include "os/np_proc.h"

static np_lock_t         check_lock = NP_LOCK_INIT(NP_RANK_RUNS);
static pthread_barrier_t check_step;


static int
check_wait(pid_t pid)
{
    int status;

    ck_assert_int_gt(pid, 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);

    return status;
}


static pid_t
check_clone(void)
{
    return (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}


/* in a child: of fork, as long as no handler marks it, of _Fork and clone */
static void
check_copy(pid_t pid)
{
    if (pid == 0) {
        if (!np_is_stray() || !np_stray_is_alone()) {
            _exit(1);
        }

        np_stray_mark();
        _exit(np_is_stray() || np_stray_is_alone() ? 2 : 0);
    }

    ck_assert_int_eq(check_wait(pid), 0);
    ck_assert_int_eq(np_is_stray(), 0);
}


START_TEST(copies_are_strays_until_they_are_marked)
{
    ck_assert_int_eq(np_is_stray(), 0);
    np_stray_mark();
    ck_assert_int_eq(np_is_stray(), 0);
    ck_assert_int_eq(np_stray_is_alone(), 0);

    check_copy(fork());
    check_copy(_Fork());
    check_copy(check_clone());
}
END_TEST


START_TEST(a_stray_has_stray_children)
{
    int   status;
    pid_t pid;

    np_stray_mark();
    pid = _Fork();

    if (pid == 0) {
        pid = fork();

        if (pid == 0) {
            _exit(np_is_stray() ? 0 : 1);
        }

        _exit(waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1);
    }

    ck_assert_int_eq(check_wait(pid), 0);
}
END_TEST


START_TEST(the_child_of_vfork_is_none)
{
    pid_t pid;

    np_stray_mark();
    pid = vfork();

    if (pid == 0) {
        _exit(np_is_stray());
    }

    ck_assert_int_eq(check_wait(pid), 0);
}
END_TEST


START_TEST(a_process_can_be_lost)
{
    np_stray_lose();
    ck_assert_int_eq(np_is_stray(), 0);
    np_stray_mark();
    np_stray_lose();
    ck_assert_int_eq(np_is_stray(), 1);
    np_stray_mark();
    ck_assert_int_eq(np_is_stray(), 0);
}
END_TEST


START_TEST(without_such_pages_nobody_is_a_stray)
{
    pid_t pid;

    /* the mapping succeeds, the advice does not; then neither does */
    np_mem_fail(NP_MEM_ADVISE, 1, 0);
    np_stray_mark();
    np_mem_fail(NP_MEM_ANY, 1, NP_MEM_EVERY);
    np_stray_mark();
    np_stray_lose();
    np_mem_fail(0, 0, 0);
    ck_assert_ptr_null(np_stray_word);
    pid = _Fork();

    if (pid == 0) {
        _exit(np_is_stray());
    }

    ck_assert_int_eq(check_wait(pid), 0);
}
END_TEST


static void *
check_hold(void *arg)
{
    np_lock(&check_lock);
    pthread_barrier_wait(&check_step);
    pthread_barrier_wait(&check_step);
    np_unlock(&check_lock);

    return arg;
}


static void *
check_look(void *arg)
{
    return np_stray_is_alone() ? NULL : arg;
}


START_TEST(a_lock_of_a_thread_that_is_not_there_is_no_hang)
{
    char      said[256];
    pthread_t t;
    pid_t     pid;
    int       status;
    void     *result = NULL;

    np_stray_mark();
    np_lock_set_lost(np_stray_is_alone);
    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, 2), 0);
    ck_assert_int_eq(pthread_create(&t, NULL, check_hold, NULL), 0);
    pthread_barrier_wait(&check_step);
    ck_assert_uint_eq(np_proc_threads(), 2);

    check_stderr_begin();
    pid = _Fork();

    if (pid == 0) {
        alarm(120);
        np_lock(&check_lock);
        _exit(0);
    }

    status = check_wait(pid);
    check_stderr_end(said, sizeof(said));
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ck_assert_ptr_nonnull(strstr(said, "ngxpool: fatal: no fork handlers"));
    ck_assert_int_eq(check_lines(said), 1);

    /* where there is another thread, it may be that one's */
    pid = _Fork();

    if (pid == 0) {
        alarm(120);

        if (pthread_create(&t, NULL, check_look, &check_lock) != 0
            || pthread_join(t, &result) != 0) {
            _exit(1);
        }

        _exit(result == &check_lock ? 0 : 2);
    }

    ck_assert_int_eq(check_wait(pid), 0);
    pthread_barrier_wait(&check_step);
    ck_assert_int_eq(pthread_join(t, NULL), 0);

    /* whoever is none waits as ever */
    np_lock(&check_lock);
    np_unlock(&check_lock);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("stray");
    TCase *t = tcase_create("stray");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, a_process_can_be_lost);
    tcase_add_test(t, without_such_pages_nobody_is_a_stray);
    suite_add_tcase(s, t);

    /* not where ThreadSanitizer has threads of its own, and vfork() forks */
    t = tcase_create("alone");
    tcase_set_tags(t, "alone");
    tcase_set_timeout(t, 240);
    tcase_add_test(t, the_child_of_vfork_is_none);
    suite_add_tcase(s, t);

    /* nor where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel alone");
    tcase_set_timeout(t, 240);
    /* emulated: MADV_WIPEONFORK is refused */
    tcase_add_test(t, copies_are_strays_until_they_are_marked);
    /* emulated: MADV_WIPEONFORK is refused */
    tcase_add_test(t, a_stray_has_stray_children);
    /* emulated: /proc/self/stat has no number of threads */
    tcase_add_test(t, a_lock_of_a_thread_that_is_not_there_is_no_hang);
    suite_add_tcase(s, t);

    return s;
}
