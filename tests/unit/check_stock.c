/*
 * np_stock: empty blocks that threads keep for those that come after them,
 * how many, and that they can be had back.
 */

#include "config.h"

#include <pthread.h>
#include <semaphore.h>

#include "check_heap.h"
#include "heap/np_class.h"
#include "heap/np_purge.h"
#include "heap/np_stock.h"
#include "map/np_run.h"
#include "os/np_mem.h"

#define CHECK_OBJECTS 200
#define CHECK_SIZE    1000

static void             *check_m[CHECK_OBJECTS];
static pthread_barrier_t check_step;


static void
check_fill_and_empty(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(CHECK_SIZE);
        check_fill(check_m[i], CHECK_SIZE, (unsigned) i);
    }

    for (i = 0; i < CHECK_OBJECTS; i++) {
        ck_assert(check_filled(check_m[i], CHECK_SIZE, (unsigned) i));
        check_free(check_m[i]);
    }
}


/* the heap that it had */
static void *
check_work(void *arg)
{
    check_fill_and_empty();
    ck_assert(np_heap_is_valid(np_self));

    return arg == NULL ? np_self : arg;
}


/* likewise, and between two meetings it has nothing to do */
static void *
check_work_and_wait(void *arg)
{
    check_fill_and_empty();
    pthread_barrier_wait(&check_step);
    pthread_barrier_wait(&check_step);

    return arg == NULL ? np_self : arg;
}


/* a thread and main keep some each; the thread's heap, a spare one by then */
static np_heap_t *
check_work_beside(void)
{
    pthread_t thread;
    void     *h;

    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, 2), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, check_work_and_wait, NULL),
                     0);
    pthread_barrier_wait(&check_step);
    check_fill_and_empty();
    pthread_barrier_wait(&check_step);
    ck_assert_int_eq(pthread_join(thread, &h), 0);
    ck_assert_uint_gt(((np_heap_t *) h)->stocked, 0);
    ck_assert_uint_gt(np_self->stocked, 0);

    return h;
}


START_TEST(a_lone_thread_keeps_none)
{
    check_fill_and_empty();
    ck_assert_uint_eq(np_self->stocked, 0);
    check_laws();
}
END_TEST


START_TEST(the_next_thread_finds_it)
{
    np_heap_t *h;
    size_t     used, stocked;
    int        i;

    check_free(check_alloc(16));
    h = check_in_thread(check_work, NULL);
    used = check_used();
    stocked = h->stocked;
    ck_assert_int_eq(h->attached, 0);
    ck_assert_uint_gt(stocked, 0);
    ck_assert_uint_le(stocked, NP_STOCK_BYTES / 2);
    ck_assert_uint_le(stocked, used << NP_GRANULE_SHIFT);
    ck_assert(np_heap_is_valid(h));
    check_laws();

    for (i = 0; i < 20; i++) {
        ck_assert_ptr_eq(check_in_thread(check_work, NULL), h);
        ck_assert_uint_eq(check_used(), used);
        ck_assert_uint_eq(h->stocked, stocked);
        check_laws();
    }
}
END_TEST


/* what was taken out of stock is an ordinary block, also when it stays */
static void *
check_take_one(void *arg)
{
    size_t      stocked = np_heap_get()->stocked;
    void       *m = check_alloc(CHECK_SIZE);
    np_block_t *b = np_word_block(check_word(m));

    ck_assert_int_eq(np_stock_has(b), 0);
    ck_assert_uint_eq(np_self->stocked,
                      stocked - np_block_bytes(b, check_word(m)->size));
    check_fill(m, CHECK_SIZE, 7);

    return arg == NULL ? m : arg;
}


START_TEST(a_block_of_it_can_become_an_orphan)
{
    np_stats_t s;
    void      *m;

    check_free(check_alloc(16));
    (void) check_in_thread(check_work, NULL);
    m = check_in_thread(check_take_one, NULL);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 1);
    ck_assert(check_filled(m, CHECK_SIZE, 7));
    check_free(m);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


/* this thread's pool keeps a block that is ready for use */
static size_t
check_kept(void)
{
    return np_self->pool[np_class_of(CHECK_SIZE)].bytes >> NP_GRANULE_SHIFT;
}


START_TEST(trimming_gives_it_back)
{
    np_heap_t *h;
    size_t     used;

    check_free(check_alloc(16));
    used = check_used();
    h = check_work_beside();
    ck_assert_uint_gt(np_purge_all(), 0);
    ck_assert_uint_eq(h->stocked, 0);
    ck_assert_uint_eq(np_self->stocked, 0);
    check_laws();
    ck_assert_uint_eq(check_used(), used + check_kept());
}
END_TEST


START_TEST(a_purging_thread_gives_what_spare_heaps_have_back)
{
    np_heap_t *h;
    size_t     used;

    check_option("NGXPOOL_PURGE", "off");
    check_free(check_alloc(16));
    used = check_used();
    h = check_in_thread(check_work, NULL);
    ck_assert_uint_gt(h->stocked, 0);
    np_purge_shared = 1;
    ck_assert_uint_gt(np_purge_everything(), CHECK_OBJECTS * CHECK_SIZE / 2);
    ck_assert_uint_eq(h->stocked, 0);
    ck_assert_uint_eq(check_used(), used);
    check_laws();
}
END_TEST


START_TEST(figures_tell_it_as_holes)
{
    np_stats_t       s;
    np_stats_pool_t *pool = &s.pool[np_class_of(CHECK_SIZE)];

    check_free(check_alloc(16));
    check_in_thread(check_work, NULL);
    check_snapshot(&s);
    ck_assert_uint_eq(pool->pools, 0);
    ck_assert_uint_eq(pool->live, 0);
    ck_assert_uint_eq(pool->fresh, 0);
    ck_assert_uint_gt(pool->holes, 0);
    ck_assert_uint_eq(pool->holes, pool->capacity);
    ck_assert_uint_eq(s.threads_now, 1);
}
END_TEST


/* more bytes of other sizes than a stock may have */
static void *
check_work_otherwise(void *arg)
{
    static void *m[4000];
    np_heap_t   *h = np_heap_get();
    size_t       i, k, n = sizeof(m) / sizeof(m[0]);

    for (k = 0; k < 8; k++) {
        for (i = 0; i < n; i++) {
            m[i] = check_alloc(200 + 16 * k);
        }

        for (i = 0; i < n; i++) {
            check_free(m[i]);
        }

        ck_assert_uint_le(h->stocked, NP_STOCK_BYTES / 2);
        ck_assert(np_heap_is_valid(h));
        ck_assert_ptr_nonnull(h->stock[np_class_of(200 + 16 * k)].next);
    }

    return arg == NULL ? h : arg;
}


START_TEST(what_nobody_asks_for_does_not_stay)
{
    np_heap_t *h;
    unsigned   c = np_class_of(CHECK_SIZE);
    int        i;

    check_free(check_alloc(16));
    h = check_in_thread(check_work, NULL);
    ck_assert(!np_queue_empty(&h->stock[c]));

    for (i = 0; i < 10; i++) {
        ck_assert_ptr_eq(check_in_thread(check_work_otherwise, NULL), h);
    }

    ck_assert(np_queue_empty(&h->stock[c]));
    check_laws();
}
END_TEST


START_TEST(many_heaps_have_little_each)
{
    size_t now, stocked;
    int    i;

    check_free(check_alloc(16));
    now = np_heaps_now;
    np_heaps_now = 1000;
    check_fill_and_empty();
    ck_assert_uint_gt(np_self->stocked, 0);
    ck_assert_uint_le(np_self->stocked, NP_STOCK_LEAST);

    /* one that has more, as there were few heaps, gives it up */
    np_heaps_now = 2;
    check_fill_and_empty();
    stocked = np_self->stocked;
    ck_assert_uint_gt(stocked, NP_STOCK_LEAST);
    np_heaps_now = 1000;

    for (i = 0; i < NP_CLASSES; i++) {
        check_fill_and_empty();
    }

    ck_assert_uint_gt(np_self->stocked, 0);
    ck_assert_uint_le(np_self->stocked, NP_STOCK_LEAST);
    np_heaps_now = now;

    /* alone again: none is added, and what there is goes bit by bit */
    for (i = 0; i < NP_CLASSES; i++) {
        check_fill_and_empty();
    }

    ck_assert_uint_eq(np_self->stocked, 0);
    check_laws();
}
END_TEST


static void *
check_work_in_turn(void *turn)
{
    void  *m[CHECK_OBJECTS];
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        m[i] = check_alloc(3000);
    }

    pthread_barrier_wait(&check_step);
    ck_assert_int_eq(sem_wait(turn), 0);

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_free(m[i]);
    }

    return NULL;
}


/* the fewer are left, the more each may keep, and it ends with that */
START_TEST(spare_heaps_share_what_one_may_have)
{
    pthread_t  thread[12];
    sem_t      turn[12];
    np_heap_t *h;
    size_t     stocked = 0, spares = 0;
    unsigned   i, n = sizeof(thread) / sizeof(thread[0]);

    check_free(check_alloc(16));
    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, n + 1), 0);

    for (i = 0; i < n; i++) {
        ck_assert_int_eq(sem_init(&turn[i], 0, 0), 0);
        ck_assert_int_eq(
            pthread_create(&thread[i], NULL, check_work_in_turn, &turn[i]), 0);
    }

    pthread_barrier_wait(&check_step);

    for (i = 0; i < n; i++) {
        ck_assert_int_eq(sem_post(&turn[i]), 0);
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    }

    np_lock(&np_heaps_lock);

    np_heap_each_locked(h)
    {
        if (!h->attached) {
            stocked += h->stocked;
            spares++;
        }
    }

    np_unlock(&np_heaps_lock);
    ck_assert_uint_eq(spares, n);
    ck_assert_uint_gt(stocked, 0);
    ck_assert_uint_le(stocked, NP_STOCK_BYTES);
    check_laws();
}
END_TEST


/* as many objects as can be had; how many */
static size_t
check_exhaust(size_t size)
{
    size_t n = 0;

    while (check_alloc(size) != NULL) {
        n++;
    }

    return n;
}


/* the kernel gives nothing more: large requests flush it, and small ones */
START_TEST(it_is_had_when_memory_is_scarce)
{
    static const size_t sizes[] = {60000, 2000};
    np_heap_t          *h;

    check_free(check_alloc(16));
    np_mem_fail(NP_MEM_ANY, 1, NP_MEM_EVERY);
    (void) check_exhaust(60000);
    np_mem_fail(0, 0, 0);
    h = check_work_beside();
    np_mem_fail(NP_MEM_ANY, 1, NP_MEM_EVERY);
    (void) check_exhaust(sizes[_i]);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(h->stocked, 0);
    ck_assert_uint_eq(np_self->stocked, 0);
    check_laws();
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("stock");
    TCase *t = tcase_create("stock");

    tcase_add_test(t, a_lone_thread_keeps_none);
    tcase_add_test(t, the_next_thread_finds_it);
    tcase_add_test(t, a_block_of_it_can_become_an_orphan);
    tcase_add_test(t, trimming_gives_it_back);
    tcase_add_test(t, a_purging_thread_gives_what_spare_heaps_have_back);
    tcase_add_test(t, figures_tell_it_as_holes);
    tcase_add_test(t, what_nobody_asks_for_does_not_stay);
    tcase_add_test(t, many_heaps_have_little_each);
    tcase_add_test(t, spare_heaps_share_what_one_may_have);
    tcase_add_loop_test(t, it_is_had_when_memory_is_scarce, 0, 2);
    suite_add_tcase(s, t);

    return s;
}
