/*
 * np_fork: the child of a process with threads finds its own heap whole, the
 * other threads' blocks among the orphans, and no free that got lost.
 */

#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_fork.h"
#include "heap/np_pool.h"
#include "heap/np_purge.h"
#include "heap/np_remote.h"

#define CHECK_THREADS 3
#define CHECK_OBJECTS 1000

static void             *check_m[CHECK_OBJECTS];
static pthread_barrier_t check_step;
static _Atomic int       check_done;
static _Atomic(void *)   check_table[64];


/* look() in the child of a fork */
static void
check_in_child(void (*look)(void))
{
    int   status;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);

    if (pid == 0) {
        alarm(120);
        look();
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}


/* a thread that has a heap and objects, and waits */
static void *
check_sleeper(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(64);
        check_fill(check_m[i], 64, (unsigned) i);
    }

    /* one in its bin, to be found there */
    check_free(check_alloc(20000));
    pthread_barrier_wait(&check_step);
    pthread_barrier_wait(&check_step);

    return arg;
}


static pthread_t
check_sleep(void)
{
    pthread_t t;

    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, 2), 0);
    check_free(check_alloc(64));
    ck_assert_int_eq(pthread_create(&t, NULL, check_sleeper, NULL), 0);
    pthread_barrier_wait(&check_step);

    return t;
}


static void
check_wake(pthread_t t)
{
    pthread_barrier_wait(&check_step);
    ck_assert_int_eq(pthread_join(t, NULL), 0);
    check_laws();
}


static void
check_look_at_orphans(void)
{
    np_stats_t s;
    size_t     i;

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.threads_now, 1);
    ck_assert_uint_gt(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.large.cached_bytes, 0);
    ck_assert_uint_eq(s.pool[np_class_of(64)].live, CHECK_OBJECTS);

    for (i = 0; i < CHECK_OBJECTS; i++) {
        ck_assert(check_filled(check_m[i], 64, (unsigned) i));
        check_free(check_m[i]);
    }

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.live_bytes, 0);
}


START_TEST(threads_that_are_gone_leave_orphans)
{
    pthread_t t = check_sleep();

    check_in_child(check_look_at_orphans);
    check_wake(t);
}
END_TEST


static void
check_look_at_frees(void)
{
    np_stats_t s;

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
}


START_TEST(frees_on_their_way_arrive)
{
    pthread_t t = check_sleep();
    size_t    i;

    /* the sleeper has not merged them, and will not in the child */
    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_free(check_m[i]);
    }

    check_in_child(check_look_at_frees);
    check_wake(t);
}
END_TEST


static void *
check_free_objects(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS && check_m[i] != NULL; i++) {
        check_free(check_m[i]);
    }

    return arg;
}


static void *
check_free_and_wait(void *arg)
{
    check_free(check_alloc(1));
    (void) check_free_objects(arg);
    pthread_barrier_wait(&check_step);
    pthread_barrier_wait(&check_step);

    return arg;
}


/* the child merges what makes block 0 empty; a block behind it in the list
 * of blocks, empty already, is handed back then */
START_TEST(merging_in_the_child_may_hand_blocks_back)
{
    pthread_t   t;
    np_block_t *b[2];
    size_t      i, n = 0;
    void       *other[CHECK_OBJECTS];
    size_t      others = 0;

    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, 2), 0);
    check_m[0] = check_alloc(2048);
    b[0] = np_word_block(check_word(check_m[0]));

    for (n = 1; n < np_block_capacity(b[0]); n++) {
        check_m[n] = check_alloc(2048);
        ck_assert_ptr_eq(np_word_block(check_word(check_m[n])), b[0]);
    }

    other[others++] = check_alloc(2048);
    b[1] = np_word_block(check_word(other[0]));
    ck_assert_ptr_ne(b[0], b[1]);
    ck_assert_ptr_eq(b[0]->all.next, &b[1]->all);
    ck_assert(np_block_start(b[0]) < np_block_start(b[1]));

    while (others < np_block_capacity(b[1])) {
        other[others++] = check_alloc(2048);
    }

    np_pool_leave(np_self, np_class_of(2048));

    for (i = 0; i < others; i++) {
        check_free(other[i]);
    }

    ck_assert_ptr_eq(np_self->pool[np_class_of(2048)].fresh, b[1]);

    ck_assert_int_eq(pthread_create(&t, NULL, check_free_and_wait, NULL), 0);
    pthread_barrier_wait(&check_step);
    check_in_child(check_look_at_frees);
    check_wake(t);
}
END_TEST


/* 200 KB of objects */
static void
check_come_and_go(void)
{
    void  *m[200];
    size_t i;

    for (i = 0; i < 200; i++) {
        m[i] = check_alloc(1000);
    }

    for (i = 0; i < 200; i++) {
        check_free(m[i]);
    }
}


/* the heap */
static void *
check_stock_up(void *arg)
{
    check_come_and_go();
    ck_assert_uint_gt(np_self->stocked, 0);

    return arg == NULL ? np_self : arg;
}


static void *
check_stock_up_and_wait(void *arg)
{
    (void) check_stock_up(arg);
    pthread_barrier_wait(&check_step);
    pthread_barrier_wait(&check_step);

    return arg;
}


static void
check_look_at_stock(void)
{
    np_stats_t s;

    check_laws();
    ck_assert_uint_gt(np_self->stocked, 0);
    check_come_and_go();
    check_laws();
    (void) np_purge_all();
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[np_class_of(1000)].live, 0);
    /* but for the word that this thread takes from */
    ck_assert_uint_le(s.pool[np_class_of(1000)].holes, NP_WORD_SLOTS);
    ck_assert_uint_eq(np_self->stocked, 0);
}


/* the forking thread's, a vanished thread's and a spare heap's */
START_TEST(stock_is_whole_in_the_child)
{
    pthread_t t;

    ck_assert_int_eq(pthread_barrier_init(&check_step, NULL, 2), 0);
    check_free(check_alloc(64));
    ck_assert_int_eq(pthread_create(&t, NULL, check_stock_up_and_wait, NULL),
                     0);
    pthread_barrier_wait(&check_step);
    (void) check_stock_up(NULL);
    (void) check_in_thread(check_stock_up, NULL);
    check_in_child(check_look_at_stock);
    check_wake(t);
}
END_TEST


static void *
check_busy(void *arg)
{
    uint64_t seed = (uintptr_t) arg;

    pthread_barrier_wait(&check_step);

    while (!atomic_load(&check_done)) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        check_free(atomic_exchange(&check_table[(seed >> 20) % 64],
                                   check_alloc((seed >> 40) % 30000)));
    }

    return NULL;
}


static void
check_look_and_work(void)
{
    unsigned i;

    check_laws();

    for (i = 0; i < 3000; i++) {
        check_free(atomic_exchange(&check_table[check_random(64)],
                                   check_alloc(check_random(30000))));
    }

    for (i = 0; i < 64; i++) {
        check_free(atomic_exchange(&check_table[i], NULL));
    }

    check_laws();
}


START_TEST(threads_at_work_leave_a_whole_heap)
{
    pthread_t t[CHECK_THREADS];
    unsigned  i;

    check_free(check_alloc(64));
    ck_assert_int_eq(
        pthread_barrier_init(&check_step, NULL, CHECK_THREADS + 1), 0);

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, check_busy,
                                        (void *) (uintptr_t) (i + 1)),
                         0);
    }

    pthread_barrier_wait(&check_step);

    for (i = 0; i < 60; i++) {
        check_in_child(check_look_and_work);
        check_free(atomic_exchange(&check_table[i % 64], check_alloc(100)));
    }

    atomic_store(&check_done, 1);

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_join(t[i], NULL), 0);
    }

    check_laws();
}
END_TEST


/* frees that other threads had begun: bits that nobody was told of, in the
 * forking thread's own block, and in that of a thread that had ended, which
 * was about to be left with the heap it had */
static struct {
    np_word_t *own, *left;
    uint64_t   own_bit, left_bit;
    np_heap_t *spare;
    void      *m[2];
} check_begun;


static void *
check_leave(void *arg)
{
    check_begun.m[1] = check_alloc(64);
    check_begun.spare = np_self;

    return arg;
}


/* as far as the push */
static np_word_t *
check_begin_free(void *m, uint64_t *bit)
{
    np_word_t *w = check_word(m);

    *bit = (uint64_t) 1 << (size_t) ((char *) m - w->start) / w->size;
    atomic_fetch_or(&w->xfree, *bit);
    atomic_store(&w->xowner, 0);
    atomic_fetch_or(&np_word_block(w)->xpend, 1u << w->index);

    return w;
}


static void
check_look_for_begun(void)
{
    ck_assert_ptr_null(atomic_load(&check_begun.spare->xpending));
    ck_assert_uint_ne(check_begun.own->free & check_begun.own_bit, 0);
    ck_assert_uint_eq(atomic_load(&check_begun.own->xfree), 0);
    ck_assert_uint_ne(check_begun.left->free & check_begun.left_bit, 0);
    ck_assert_uint_eq(atomic_load(&check_begun.left->xfree), 0);
    ck_assert_int_eq(np_purge_shared, 0);
    check_laws();
}


START_TEST(frees_that_had_begun_are_done)
{
    pthread_t   t = check_sleep();
    np_block_t *b;

    (void) check_in_thread(check_leave, NULL);
    /* another object beside each, so that no block is empty */
    ck_assert_ptr_nonnull(check_alloc(48));
    check_begun.m[0] = check_alloc(48);
    ck_assert_int_eq(check_begun.spare->attached, 0);
    check_begun.own = check_begin_free(check_begun.m[0], &check_begun.own_bit);
    check_begun.left
        = check_begin_free(check_begun.m[1], &check_begun.left_bit);
    b = np_word_block(check_begun.left);
    ck_assert_ptr_eq(atomic_load(&b->xheap), &np_orphans);
    atomic_store(&b->xnext, NULL);
    atomic_store(&check_begun.spare->xpending, b);
    np_purge_shared = 1;
    check_in_child(check_look_for_begun);

    /* who was at it goes on */
    np_purge_shared = 0;
    atomic_store(&check_begun.spare->xpending, NULL);
    atomic_store(&np_orphans.xpending, b);
    b = np_word_block(check_begun.own);
    atomic_store(&b->xnext, NULL);
    atomic_store(&np_self->xpending, b);
    check_wake(t);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("fork");
    TCase *t = tcase_create("fork");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, threads_that_are_gone_leave_orphans);
    tcase_add_test(t, frees_on_their_way_arrive);
    tcase_add_test(t, merging_in_the_child_may_hand_blocks_back);
    tcase_add_test(t, stock_is_whole_in_the_child);
    tcase_add_test(t, threads_at_work_leave_a_whole_heap);
    tcase_add_test(t, frees_that_had_begun_are_done);
    suite_add_tcase(s, t);

    return s;
}
