/*
 * The seam of libngxpalloc over the C library, as a program sees it that
 * links the library and brings a log of its own.
 */

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "pool/ngx_palloc.h"
#include "check_suite.h"

/* sanitizers end the process where malloc() would return NULL */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

static ngx_uint_t  early_pagesize;
static unsigned    messages;
static ngx_uint_t  message_level;
static ngx_err_t   message_err;
static const char *message_fmt;


const char *
__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}


const char *
__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}


void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
                   const char *fmt, ...)
{
    ck_assert_ptr_nonnull(log);
    messages++;
    message_level = level;
    message_err = err;
    message_fmt = fmt;
}


__attribute__((constructor)) static void
note_pagesize(void)
{
    early_pagesize = ngx_pagesize;
}


START_TEST(the_page_size_is_known_to_constructors)
{
    ck_assert_uint_eq(early_pagesize, (ngx_uint_t) sysconf(_SC_PAGESIZE));
    ck_assert_uint_eq(ngx_pagesize, early_pagesize);
}
END_TEST


START_TEST(memory_is_there_and_wholly_usable)
{
    size_t  k;
    u_char *a, *b, *c;

    a = ngx_alloc(1000, NULL);
    b = ngx_calloc(1000, NULL);
    c = ngx_memalign(4096, 1000, NULL);

    ck_assert_uint_eq((uintptr_t) a % 16, 0);
    ck_assert_uint_eq((uintptr_t) c % 4096, 0);

    for (k = 0; k < 1000; k++) {
        ck_assert_uint_eq(b[k], 0);
        a[k] = b[k] = c[k] = (u_char) k;
    }

    ngx_free(a);
    ngx_free(b);
    ngx_free(c);
    ngx_free(NULL);
}
END_TEST


START_TEST(what_ngx_alloc_gives_free_takes)
{
    free(ngx_alloc(100, NULL));
    free(ngx_memalign(64, 100, NULL));
    ngx_free(malloc(100));
}
END_TEST


START_TEST(an_impossible_size_is_null_and_an_emergency)
{
    ngx_log_t log = {NGX_LOG_EMERG};

    messages = 0;
    ck_assert_ptr_null(ngx_alloc(SIZE_MAX / 2, &log));
    ck_assert_uint_eq(messages, 1);
    ck_assert_uint_eq(message_level, NGX_LOG_EMERG);
    ck_assert_int_eq(message_err, ENOMEM);
    ck_assert_str_eq(message_fmt, "malloc(%uz) failed");

    ck_assert_ptr_null(ngx_calloc(SIZE_MAX / 2, &log));
    ck_assert_uint_eq(messages, 2);

    ck_assert_ptr_null(ngx_memalign(16, SIZE_MAX / 2, &log));
    ck_assert_uint_eq(messages, 3);
    ck_assert_int_eq(message_err, ENOMEM);
    ck_assert_str_eq(message_fmt, "posix_memalign(%uz, %uz) failed");
}
END_TEST


START_TEST(a_log_that_wants_less_hears_nothing)
{
    ngx_log_t log = {0};

    messages = 0;
    ck_assert_ptr_null(ngx_alloc(SIZE_MAX / 2, &log));
    ck_assert_ptr_null(ngx_memalign(16, SIZE_MAX / 2, &log));
    ck_assert_ptr_null(ngx_alloc(SIZE_MAX / 2, NULL));
    ck_assert_ptr_null(ngx_memalign(16, SIZE_MAX / 2, NULL));
    ck_assert_uint_eq(messages, 0);
}
END_TEST


START_TEST(a_bad_alignment_is_null)
{
    ngx_log_t log = {NGX_LOG_EMERG};

    messages = 0;
    ck_assert_ptr_null(ngx_memalign(24, 100, &log));
    ck_assert_ptr_null(ngx_memalign(4, 100, &log));
    ck_assert_uint_eq(messages, 2);
    ck_assert_int_eq(message_err, EINVAL);
}
END_TEST


START_TEST(a_pool_reports_through_its_log)
{
    ngx_log_t   log = {NGX_LOG_EMERG};
    ngx_pool_t *pool = ngx_create_pool(2 * ngx_pagesize, &log);

    ck_assert_ptr_nonnull(pool);
    ck_assert_uint_eq(pool->max, ngx_pagesize - 1);

    messages = 0;
    ck_assert_ptr_null(ngx_palloc(pool, SIZE_MAX / 2));
    ck_assert_uint_eq(messages, 1);
    ngx_destroy_pool(pool);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("ngx_alloc");
    TCase *t = tcase_create("seam");

    tcase_add_test(t, the_page_size_is_known_to_constructors);
    tcase_add_test(t, memory_is_there_and_wholly_usable);
    tcase_add_test(t, what_ngx_alloc_gives_free_takes);
    tcase_add_test(t, an_impossible_size_is_null_and_an_emergency);
    tcase_add_test(t, a_log_that_wants_less_hears_nothing);
    tcase_add_test(t, a_bad_alignment_is_null);
    tcase_add_test(t, a_pool_reports_through_its_log);
    suite_add_tcase(s, t);

    return s;
}
