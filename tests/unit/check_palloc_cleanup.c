/*
 * The pool's cleanups: order, data, and those that close and unlink files.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"

#define SIZE 1024

static ngx_pool_t *pool;
static char        ran[8]; /* the cleanups' letters, in the order they ran */


static void
setup(void)
{
    seam_start();
    memset(ran, 0, sizeof(ran));
    pool = ngx_create_pool(SIZE, NULL);
    ck_assert_ptr_nonnull(pool);
}


/* the tests destroy their pool themselves */
static void
teardown(void)
{
    ck_assert_uint_eq(seam_live(), 0);
    ck_assert_uint_eq(seam_errors(), 0);
    seam_start();
}


static void
note(void *data)
{
    size_t n = strlen(ran);

    ck_assert_uint_lt(n, sizeof(ran) - 1);
    ran[n] = *(char *) data;
}


static void
add_note(char letter)
{
    ngx_pool_cleanup_t *c;

    c = ngx_pool_cleanup_add(pool, 1);
    *(char *) c->data = letter;
    c->handler = note;
}


static int
is_open(int fd)
{
    return fcntl(fd, F_GETFD) != -1;
}


static ngx_pool_cleanup_file_t *
add_file(ngx_pool_cleanup_pt handler, int fd, char *name, ngx_log_t *log)
{
    ngx_pool_cleanup_t      *c;
    ngx_pool_cleanup_file_t *f;

    c = ngx_pool_cleanup_add(pool, sizeof(ngx_pool_cleanup_file_t));
    c->handler = handler;
    f = c->data;
    f->fd = fd;
    f->name = (u_char *) name;
    f->log = log;

    return f;
}


static int
null_fd(void)
{
    int fd = open("/dev/null", O_RDONLY);

    ck_assert_int_ge(fd, 0);
    return fd;
}


START_TEST(cleanups_run_newest_first)
{
    add_note('a');
    add_note('b');
    add_note('c');
    ngx_destroy_pool(pool);
    ck_assert_str_eq(ran, "cba");
}
END_TEST


START_TEST(a_cleanup_has_its_data_in_the_pool)
{
    ngx_pool_cleanup_t *c = ngx_pool_cleanup_add(pool, 40);

    ck_assert_ptr_eq(pool->cleanup, c);
    ck_assert_ptr_eq((u_char *) c, (u_char *) pool + 80);
    ck_assert_ptr_eq((u_char *) c->data, (u_char *) pool + 104);
    ck_assert_ptr_eq(pool->d.last, (u_char *) pool + 144);
    ck_assert_ptr_null(c->handler);
    ck_assert_ptr_null(c->next);
    ngx_destroy_pool(pool);
}
END_TEST


START_TEST(a_cleanup_of_size_0_has_no_data)
{
    ngx_pool_cleanup_t *c = ngx_pool_cleanup_add(pool, 0);

    ck_assert_ptr_null(c->data);
    ck_assert_ptr_eq(pool->d.last, (u_char *) pool + 104);
    ngx_destroy_pool(pool);
}
END_TEST


START_TEST(large_data_of_a_cleanup_is_a_large_block)
{
    ngx_pool_cleanup_t *c = ngx_pool_cleanup_add(pool, 5000);

    ck_assert_ptr_eq(c->data, seam_block(1)->addr);
    ck_assert_ptr_eq(pool->large->alloc, c->data);
    ngx_destroy_pool(pool);
}
END_TEST


START_TEST(a_cleanup_without_a_handler_is_passed_over)
{
    add_note('a');
    ngx_pool_cleanup_add(pool, 8);
    add_note('b');
    ngx_destroy_pool(pool);
    ck_assert_str_eq(ran, "ba");
}
END_TEST


START_TEST(without_memory_no_cleanup_is_added)
{
    size_t room = (size_t) (pool->d.end - pool->d.last);

    add_note('a');

    if (_i == 0) {
        /* none for the node */
        ngx_pnalloc(pool, room - 32);
        seam_fail(1, 0);
        ck_assert_ptr_null(ngx_pool_cleanup_add(pool, 8));

    } else {
        /* none for its data */
        seam_fail(1, 0);
        ck_assert_ptr_null(ngx_pool_cleanup_add(pool, 5000));
    }

    ngx_destroy_pool(pool);
    ck_assert_str_eq(ran, "a");
}
END_TEST


START_TEST(cleanup_file_closes)
{
    int fd = null_fd();

    add_file(ngx_pool_cleanup_file, fd, NULL, NULL);
    ck_assert(is_open(fd));
    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
}
END_TEST


START_TEST(delete_file_unlinks_and_closes)
{
    char name[] = "/tmp/check_palloc_XXXXXX";
    int  fd = mkstemp(name);

    ck_assert_int_ge(fd, 0);
    add_file(ngx_pool_delete_file, fd, name, NULL);
    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
    ck_assert_int_eq(access(name, F_OK), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST


START_TEST(delete_file_of_a_name_that_is_gone_only_closes)
{
    ngx_log_t log = {NGX_LOG_CRIT};
    char      name[] = "/tmp/check_palloc_XXXXXX";
    int       fd = mkstemp(name);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(unlink(name), 0);
    add_file(ngx_pool_delete_file, fd, name, &log);
    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
    ck_assert_uint_eq(seam_message.count, 0);
}
END_TEST


START_TEST(a_failed_close_is_an_alert)
{
    ngx_log_t log = {NGX_LOG_ALERT};

    add_file(ngx_pool_cleanup_file, -1, NULL, &log);
    ngx_destroy_pool(pool);
    ck_assert_uint_eq(seam_message.count, 1);
    ck_assert_uint_eq(seam_message.level, NGX_LOG_ALERT);
    ck_assert_ptr_eq(seam_message.log, &log);
    ck_assert_int_eq(seam_message.err, EBADF);
    ck_assert_str_eq(seam_message.fmt, "close() \"%s\" failed");
}
END_TEST


START_TEST(a_failed_unlink_is_critical)
{
    ngx_log_t log = {NGX_LOG_CRIT};
    char      name[] = "/dev/null/x";
    int       fd = null_fd();

    add_file(ngx_pool_delete_file, fd, name, &log);
    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
    ck_assert_uint_eq(seam_message.count, 1);
    ck_assert_uint_eq(seam_message.level, NGX_LOG_CRIT);
    ck_assert_int_eq(seam_message.err, ENOTDIR);
    ck_assert_str_eq(seam_message.fmt, "unlink() \"%s\" failed");
}
END_TEST


START_TEST(a_log_that_wants_less_hears_nothing)
{
    ngx_log_t log = {NGX_LOG_EMERG};
    char      name[] = "/dev/null/x";

    add_file(ngx_pool_delete_file, -1, name, &log);
    ngx_destroy_pool(pool);
    ck_assert_uint_eq(seam_message.count, 0);
}
END_TEST


START_TEST(run_cleanup_file_closes_early_and_once)
{
    int fd = null_fd();

    add_note('a');
    add_file(ngx_pool_cleanup_file, fd, NULL, NULL);
    add_note('b');

    ngx_pool_run_cleanup_file(pool, fd);
    ck_assert(!is_open(fd));
    ck_assert_str_eq(ran, "");

    /* the number belongs to somebody else now, and stays open */
    ck_assert_int_eq(null_fd(), fd);
    ngx_pool_run_cleanup_file(pool, fd);
    ck_assert(is_open(fd));
    ngx_destroy_pool(pool);
    ck_assert(is_open(fd));
    ck_assert_str_eq(ran, "ba");
    close(fd);
}
END_TEST


START_TEST(run_cleanup_file_takes_one_of_several)
{
    int a = null_fd();
    int b = null_fd();

    add_file(ngx_pool_cleanup_file, a, NULL, NULL);
    add_file(ngx_pool_cleanup_file, b, NULL, NULL);

    ngx_pool_run_cleanup_file(pool, a);
    ck_assert(!is_open(a));
    ck_assert(is_open(b));

    ngx_destroy_pool(pool);
    ck_assert(!is_open(b));
}
END_TEST


START_TEST(run_cleanup_file_runs_the_newest_of_the_same_file)
{
    int                      fd = null_fd();
    ngx_pool_cleanup_file_t *old;

    old = add_file(ngx_pool_cleanup_file, fd, NULL, NULL);
    add_file(ngx_pool_cleanup_file, fd, NULL, NULL);

    ngx_pool_run_cleanup_file(pool, fd);
    ck_assert_ptr_null(pool->cleanup->handler);
    ck_assert_ptr_eq(pool->cleanup->next->data, old);
    ck_assert(pool->cleanup->next->handler == ngx_pool_cleanup_file);

    old->fd = null_fd();
    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
}
END_TEST


START_TEST(run_cleanup_file_leaves_other_handlers_alone)
{
    char name[] = "/tmp/check_palloc_XXXXXX";
    int  fd = mkstemp(name);

    ck_assert_int_ge(fd, 0);
    add_file(ngx_pool_delete_file, fd, name, NULL);

    ngx_pool_run_cleanup_file(pool, fd);
    ck_assert(is_open(fd));
    ck_assert_int_eq(access(name, F_OK), 0);

    ngx_destroy_pool(pool);
    ck_assert(!is_open(fd));
    ck_assert_int_eq(access(name, F_OK), -1);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc_cleanup");
    TCase *t = tcase_create("cleanup");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, cleanups_run_newest_first);
    tcase_add_test(t, a_cleanup_has_its_data_in_the_pool);
    tcase_add_test(t, a_cleanup_of_size_0_has_no_data);
    tcase_add_test(t, large_data_of_a_cleanup_is_a_large_block);
    tcase_add_test(t, a_cleanup_without_a_handler_is_passed_over);
    tcase_add_loop_test(t, without_memory_no_cleanup_is_added, 0, 2);
    tcase_add_test(t, cleanup_file_closes);
    tcase_add_test(t, delete_file_unlinks_and_closes);
    tcase_add_test(t, delete_file_of_a_name_that_is_gone_only_closes);
    tcase_add_test(t, a_failed_close_is_an_alert);
    tcase_add_test(t, a_failed_unlink_is_critical);
    tcase_add_test(t, a_log_that_wants_less_hears_nothing);
    tcase_add_test(t, run_cleanup_file_closes_early_and_once);
    tcase_add_test(t, run_cleanup_file_takes_one_of_several);
    tcase_add_test(t, run_cleanup_file_runs_the_newest_of_the_same_file);
    tcase_add_test(t, run_cleanup_file_leaves_other_handlers_alone);
    suite_add_tcase(s, t);

    return s;
}
