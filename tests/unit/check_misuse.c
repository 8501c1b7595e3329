/*
 * np_misuse and what leads to it: what is said of each kind of misuse, and
 * what NGXPOOL_ABORT makes of it.
 */

#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_free.h"
#include "heap/np_large.h"
#include "heap/np_pool.h"

static char check_said[4096];

/* what the program did wrong, in a child of its own; how that ended */
static int
check_crime(void (*crime)(void))
{
    int   status;
    pid_t pid;

    check_stderr_begin();
    pid = fork();
    ck_assert_int_ge(pid, 0);

    if (pid == 0) {
        crime();
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    check_stderr_end(check_said, sizeof(check_said));

    return status;
}


static void
check_twice(void)
{
    void *m = check_alloc(64);

    check_free(m);
    check_free(m);
}


static void
check_twice_with_others(void)
{
    void    *m[300];
    unsigned i;

    for (i = 0; i < 300; i++) {
        m[i] = check_alloc(64);
    }

    check_free(m[5]);
    check_free(m[6]);
    check_free(m[7]);
    check_free(m[5]);
}


static void
check_twice_when_all_is_free(void)
{
    void    *m[1000];
    unsigned i;

    for (i = 0; i < 1000; i++) {
        m[i] = check_alloc(256);
    }

    for (i = 0; i < 1000; i++) {
        check_free(m[i]);
    }

    check_free(m[0]);
}


static void
check_twice_large(void)
{
    void *m = check_alloc(20000);

    check_free(m);
    check_free(m);
}


static void
check_twice_larger(void)
{
    void *m = check_alloc(1 << 20);

    check_free(m);
    check_free(m);
}


static void
check_inside(void)
{
    check_free((char *) check_alloc(64) + 16);
}


static void
check_inside_by_a_byte(void)
{
    check_free((char *) check_alloc(4000) + 1);
}


static void
check_inside_large(void)
{
    check_free((char *) check_alloc(20000) + 512);
}


static void
check_foreign(void)
{
    static long mine;

    check_free(check_alloc(1));
    check_free(&mine);
}


static void
check_realloc_foreign(void)
{
    static long mine;

    check_free(check_alloc(1));
    (void) np_alloc_resize(&mine, 10);
}


static void
check_realloc_inside(void)
{
    (void) np_alloc_resize((char *) check_alloc(64) + 16, 10);
}


static void
check_realloc_freed(void)
{
    void *keep = check_alloc(64);
    void *m = check_alloc(64);

    check_free(m);
    (void) np_alloc_resize(m, 10);
    check_free(keep);
}


static void
check_realloc_freed_large(void)
{
    void *m = check_alloc(20000);

    check_free(m);
    (void) np_alloc_resize(m, 30000);
}


static void
check_usable_freed(void)
{
    void *keep = check_alloc(64);
    void *m = check_alloc(64);

    check_free(m);
    (void) np_free_usable(m);
    check_free(keep);
}


static void
check_usable_foreign(void)
{
    static long mine;

    check_free(check_alloc(1));
    (void) np_free_usable(&mine);
}


static const struct {
    void (*crime)(void);
    const char *said;
} check_crimes[] = {
    {check_twice, "double free"},
    {check_twice_with_others, "double free"},
    {check_twice_when_all_is_free, "double free"},
    {check_twice_large, "double free"},
    {check_twice_larger, "double free"},
    {check_inside, "free of an interior pointer"},
    {check_inside_by_a_byte, "free of an interior pointer"},
    {check_inside_large, "free of an interior pointer"},
    {check_foreign, "free of a foreign pointer"},
    {check_realloc_foreign, "realloc of a foreign pointer"},
    {check_realloc_inside, "realloc of an interior pointer"},
    {check_realloc_freed, "realloc of freed memory"},
    {check_realloc_freed_large, "realloc of freed memory"},
    {check_usable_freed, "malloc_usable_size of freed memory"},
    {check_usable_foreign, "malloc_usable_size of a foreign pointer"},
};
#define CHECK_CRIMES (sizeof(check_crimes) / sizeof(check_crimes[0]))


/* one line: `ngxpool: <how>: <what> 0x...` */
static void
check_line(const char *how, const char *what)
{
    char want[128];

    snprintf(want, sizeof(want), "ngxpool: %s: %s 0x", how, what);
    ck_assert_int_eq(strncmp(check_said, want, strlen(want)), 0);
    ck_assert_int_eq(check_lines(check_said), 1);
}


START_TEST(each_is_named_and_ends_the_process)
{
    int status = check_crime(check_crimes[_i].crime);

    ck_assert_int_eq(WIFSIGNALED(status), 1);
    ck_assert_int_eq(WTERMSIG(status), SIGABRT);
    check_line("fatal", check_crimes[_i].said);
}
END_TEST


START_TEST(exit_ends_it_with_a_status)
{
    int status;

    check_option("NGXPOOL_ABORT", "exit");
    status = check_crime(check_crimes[_i].crime);
    ck_assert_int_eq(WIFEXITED(status), 1);
    ck_assert_int_eq(WEXITSTATUS(status), 134);
    check_line("fatal", check_crimes[_i].said);
}
END_TEST


START_TEST(ignored_it_changes_nothing)
{
    check_option("NGXPOOL_ABORT", "ignore");
    check_stderr_begin();
    check_crimes[_i].crime();
    check_stderr_end(check_said, sizeof(check_said));
    check_line("ignored", check_crimes[_i].said);
    check_laws();

    /* and the heap goes on */
    check_free(check_alloc(64));
    check_free(check_alloc(20000));
    check_laws();
}
END_TEST


static void *
check_free_it(void *m)
{
    check_free(m);

    return NULL;
}


START_TEST(a_remote_double_free_ignored)
{
    void *m;

    check_option("NGXPOOL_ABORT", "ignore");
    m = check_alloc(64);
    check_in_thread(check_free_it, m);
    check_stderr_begin();
    check_in_thread(check_free_it, m);
    check_free(m);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 2);
    ck_assert_ptr_nonnull(strstr(check_said, "ignored: double free"));
    check_free(check_alloc(64));
    check_laws();
}
END_TEST


/* two threads free the same at once: np_find() says live to both */
START_TEST(a_double_free_seen_late_ignored)
{
    void       *m[1000];
    np_word_t  *w = NULL;
    np_block_t *b = NULL;
    np_large_t *l;
    unsigned    i;

    check_option("NGXPOOL_ABORT", "ignore");

    for (i = 0; i < 1000; i++) {
        m[i] = check_alloc(64);
    }

    for (i = 0; i < 1000; i++) {
        w = check_word(m[i]);
        b = np_word_block(w);

        if (w->state == NP_WORD_FULL && b->last > 1) {
            break;
        }
    }

    ck_assert_uint_lt(i, 1000);

    for (i = 0; i < w->slots; i++) {
        check_free(w->start + i * w->size);
    }

    ck_assert_uint_eq(b->empty, 1);
    check_stderr_begin();
    np_pool_free(np_self, w, 1);
    ck_assert_uint_eq(b->empty, 1);

    l = np_large_find(check_alloc(20000));
    np_large_free(np_self, l);
    np_large_free(np_self, l);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 2);
    ck_assert_ptr_nonnull(strstr(check_said, "ignored: double free"));
    check_laws();
}
END_TEST


START_TEST(foreign_pointers_are_counted)
{
    static long mine;
    np_stats_t  s;
    char       *m;

    check_option("NGXPOOL_ABORT", "ignore");
    check_free(check_alloc(1));
    check_stderr_begin();
    check_free(&mine);
    check_free(&mine);
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 2);
    check_snapshot(&s);
    ck_assert_uint_eq(s.foreign_frees, 2);
    ck_assert_uint_eq(s.foreign_left, 2);

    /* what was ours is not foreign */
    m = check_alloc((size_t) 40 << 20);
    check_stderr_begin();
    check_free(m + 4096);
    check_free(m);
    check_free(m);
    ck_assert_uint_eq(np_free_usable(m), 0);
    ck_assert_ptr_null(np_alloc_resize(m, 10));
    check_stderr_end(check_said, sizeof(check_said));
    ck_assert_int_eq(check_lines(check_said), 4);
    check_snapshot(&s);
    ck_assert_uint_eq(s.foreign_frees, 2);
    ck_assert_uint_eq(s.foreign_left, 2);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("misuse");
    TCase *t = tcase_create("misuse");

    tcase_set_timeout(t, 240);
    tcase_add_loop_test(t, each_is_named_and_ends_the_process, 0,
                        CHECK_CRIMES);
    tcase_add_loop_test(t, exit_ends_it_with_a_status, 0, CHECK_CRIMES);
    tcase_add_loop_test(t, ignored_it_changes_nothing, 0, CHECK_CRIMES);
    tcase_add_test(t, a_remote_double_free_ignored);
    tcase_add_test(t, a_double_free_seen_late_ignored);
    tcase_add_test(t, foreign_pointers_are_counted);
    suite_add_tcase(s, t);

    return s;
}
