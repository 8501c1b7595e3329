/*
 * Out of memory everywhere: one scenario that uses every function is run
 * again and again, and each time another call of the seam fails, alone or
 * with all that follow it.  Nothing is lost, and what the pool gave out
 * before and after keeps its contents.
 */

#include "config.h"

#include "pool/ngx_palloc.h"
#include "check_suite.h"
#include "palloc_seam.h"

#define POOL_SIZE 256
#define STEPS     120

typedef struct {
    u_char *addr;
    size_t  size;
} piece_t;

static piece_t  piece[STEPS];
static size_t   pieces;
static unsigned refused;
static unsigned cleanups;


static void
count_cleanup(void *data)
{
    (void) data;
    cleanups++;
}


static void
keep(void *p, size_t size)
{
    if (p == NULL) {
        refused++;
        return;
    }

    memset(p, (int) (pieces + 1), size);
    piece[pieces].addr = p;
    piece[pieces].size = size;
    pieces++;
}


/* the pieces hold what was written to them */
static void
check_pieces(void)
{
    size_t i, k;
    size_t wrong = 0;

    for (i = 0; i < pieces; i++) {
        for (k = 0; k < piece[i].size; k++) {
            wrong += piece[i].addr[k] != (u_char) (i + 1);
        }
    }

    ck_assert_uint_eq(wrong, 0);
}


static void
step(ngx_pool_t *pool, size_t k)
{
    ngx_pool_cleanup_t *c;

    switch (k % 6) {
    case 0:
        keep(ngx_palloc(pool, 50), 50);
        break;
    case 1:
        keep(ngx_pnalloc(pool, 33), 33);
        break;
    case 2:
        keep(ngx_palloc(pool, 300), 300);
        break;
    case 3:
        keep(ngx_pcalloc(pool, 170), 170);
        break;
    case 4:
        keep(ngx_pmemalign(pool, 20, 64), 20);
        break;
    default:
        c = ngx_pool_cleanup_add(pool, k % 12 == 5 ? 40 : 400);
        if (c == NULL) {
            refused++;
            break;
        }

        c->handler = count_cleanup;
    }
}


/* the number of calls that the seam saw */
static size_t
scenario(size_t fail, int every)
{
    size_t              k;
    size_t              calls;
    unsigned            added = 0;
    ngx_pool_t         *pool;
    ngx_pool_cleanup_t *c;

    seam_start();
    seam_fail(fail, every);
    pieces = 0;
    refused = 0;
    cleanups = 0;

    pool = ngx_create_pool(POOL_SIZE, NULL);
    if (pool == NULL) {
        ck_assert_uint_eq(seam_live(), 0);
        refused++;
        return seam_calls();
    }

    for (k = 0; k < STEPS; k++) {
        step(pool, k);
    }

    for (c = pool->cleanup; c != NULL; c = c->next) {
        added++;
    }

    check_pieces();
    ngx_destroy_pool(pool);

    ck_assert_uint_eq(cleanups, added);
    ck_assert_uint_eq(seam_live(), 0);
    ck_assert_uint_eq(seam_errors(), 0);

    calls = seam_calls();
    seam_start();

    return calls;
}


START_TEST(every_call_of_the_seam_may_fail)
{
    size_t n;
    size_t calls = scenario(0, 0);

    ck_assert_uint_eq(refused, 0);
    ck_assert_uint_gt(calls, STEPS / 2);

    for (n = 1; n <= calls; n++) {
        scenario(n, 0);
        ck_assert_uint_eq(refused, 1);

        scenario(n, 1);
        ck_assert_uint_ge(refused, 1);
    }

    scenario(calls + 1, 1);
    ck_assert_uint_eq(refused, 0);
}
END_TEST


START_TEST(a_pool_serves_again_when_memory_is_back)
{
    ngx_pool_t *pool;

    seam_start();
    pool = ngx_create_pool(POOL_SIZE, NULL);
    ck_assert_ptr_nonnull(ngx_palloc(pool, pool->max));

    seam_fail(1, 1);
    ck_assert_ptr_null(ngx_palloc(pool, 8));
    ck_assert_ptr_null(ngx_palloc(pool, 1000));
    ck_assert_ptr_null(ngx_pmemalign(pool, 8, 64));
    ck_assert_ptr_null(ngx_pool_cleanup_add(pool, 0));
    ck_assert_ptr_null(pool->d.next);
    ck_assert_ptr_null(pool->large);
    ck_assert_uint_eq(pool->d.failed, 0);

    seam_fail(0, 0);
    ck_assert_ptr_nonnull(ngx_palloc(pool, 8));
    ck_assert_ptr_nonnull(ngx_palloc(pool, 1000));
    ngx_destroy_pool(pool);
    ck_assert_uint_eq(seam_live(), 0);
    seam_start();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("palloc_oom");
    TCase *t = tcase_create("oom");

    tcase_add_test(t, every_call_of_the_seam_may_fail);
    tcase_add_test(t, a_pool_serves_again_when_memory_is_back);
    suite_add_tcase(s, t);

    return s;
}
