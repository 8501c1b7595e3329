/*
 * np_remote: frees of other threads' objects: they wait in xfree, the owner
 * merges them when it needs slots, and none is lost or counted twice.
 */

#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "check_heap.h"
#include "heap/np_pool.h"
#include "heap/np_remote.h"

#define CHECK_OBJECTS 2000
#define CHECK_THREADS 4

static void *check_m[CHECK_OBJECTS];


static void *
check_free_one(void *m)
{
    check_free(m);

    return NULL;
}


static void *
check_free_all(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_free(check_m[i]);
    }

    return arg;
}


static void
check_take(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(16 + i % 40 * 16);
        ck_assert_ptr_nonnull(check_m[i]);
    }
}


START_TEST(a_remote_free_waits_for_the_owner)
{
    char       *a = check_alloc(48);
    char       *b = check_alloc(48);
    np_word_t  *w = check_word(a);
    np_block_t *block = np_word_block(w);
    np_stats_t  s;
    uint64_t    before;

    check_snapshot(&s);
    before = s.remote_frees;
    check_in_thread(check_free_one, a);
    ck_assert_uint_eq(atomic_load(&w->xfree), 1);
    ck_assert_uint_eq(atomic_load(&block->xpend), 1u << w->index);
    ck_assert_ptr_eq(atomic_load(&np_self->xpending), block);

    /* as far as anybody can see it is free */
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[np_class_of(48)].live, 1);
    ck_assert_uint_eq(s.remote_frees, before);

    np_remote_collect(np_self);
    ck_assert_uint_eq(atomic_load(&w->xfree), 0);
    ck_assert_uint_eq(atomic_load(&block->xpend), 0);
    ck_assert_ptr_null(atomic_load(&np_self->xpending));
    ck_assert_ptr_eq(check_alloc(48), a);
    check_snapshot(&s);
    ck_assert_uint_eq(s.remote_frees, before + 1);
    check_free(a);
    check_free(b);
    check_laws();
}
END_TEST


START_TEST(the_owner_merges_when_it_needs_slots)
{
    np_heap_t *h;
    np_stats_t s;
    size_t     blocks, live;
    uint64_t   before;

    check_take();
    h = np_self;
    check_snapshot(&s);
    before = s.remote_frees;
    blocks = s.pool[1].blocks;
    live = s.live_bytes;
    check_in_thread(check_free_all, NULL);
    ck_assert_ptr_nonnull(atomic_load(&h->xpending));

    check_take();
    ck_assert_ptr_null(atomic_load(&h->xpending));
    check_snapshot(&s);
    ck_assert_uint_eq(s.remote_frees - before, CHECK_OBJECTS);
    ck_assert_uint_le(s.pool[1].blocks, blocks + 1);
    ck_assert_uint_eq(s.live_bytes, live);
    check_laws();
    check_free_all(NULL);
}
END_TEST


/* threads hand objects to each other through this table */
static _Atomic(void *)   check_table[512];
static pthread_barrier_t check_start;


static void *
check_exchange(void *arg)
{
    uint64_t seed = (uintptr_t) arg;
    void    *m;
    unsigned i;

    pthread_barrier_wait(&check_start);

    for (i = 0; i < 30000; i++) {
        if (i % 64 == 0) {
            sched_yield();
        }

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        m = check_alloc(1 + (seed >> 40) % 600);

        if (m == NULL) {
            return arg;
        }

        *(char *) m = 1;
        check_free(atomic_exchange(&check_table[(seed >> 20) % 512], m));
    }

    return NULL;
}


START_TEST(nothing_is_lost_between_threads)
{
    pthread_t  t[CHECK_THREADS];
    void      *failed;
    np_stats_t s;
    unsigned   i, c;

    ck_assert_int_eq(pthread_barrier_init(&check_start, NULL, CHECK_THREADS),
                     0);

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, check_exchange,
                                        (void *) (uintptr_t) (i + 1)),
                         0);
    }

    for (i = 0; i < CHECK_THREADS; i++) {
        ck_assert_int_eq(pthread_join(t[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }

    check_laws();

    for (i = 0; i < 512; i++) {
        check_free(atomic_exchange(&check_table[i], NULL));
    }

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
    ck_assert_uint_gt(s.remote_frees, 1000);

    for (c = 1; c < NP_CLASS_FIXED; c++) {
        ck_assert_uint_eq(s.pool[c].live, 0);
    }

    /* orphans without live objects are gone */
    ck_assert_uint_eq(s.orphan_blocks, 0);
}
END_TEST


typedef struct {
    pthread_barrier_t step;
    void             *m[200];
} check_relay_t;


static void *
check_adopter(void *arg)
{
    check_relay_t *relay = arg;
    void          *mine;
    unsigned       i;

    /* the orphan has free slots: it comes to this thread */
    mine = check_alloc(64);
    ck_assert_ptr_eq(
        atomic_load(&np_word_block(check_word(relay->m[0]))->xheap), np_self);
    pthread_barrier_wait(&relay->step);
    /* the main thread frees the objects of the one that is gone */
    pthread_barrier_wait(&relay->step);

    np_remote_collect(np_self);
    check_free(mine);

    for (i = 0; i < 200; i++) {
        ck_assert_uint_ne(check_word(relay->m[i])->free, 0);
    }

    check_laws();

    return NULL;
}


static void *
check_giver(void *arg)
{
    check_relay_t *relay = arg;
    unsigned       i;

    for (i = 0; i < 200; i++) {
        relay->m[i] = check_alloc(64);
    }

    return NULL;
}


START_TEST(a_free_finds_the_new_owner)
{
    check_relay_t relay;
    pthread_t     t;
    np_stats_t    s;
    unsigned      i;

    /* all objects in one block */
    check_option("NGXPOOL_BLOCK", "65536");

    ck_assert_int_eq(pthread_barrier_init(&relay.step, NULL, 2), 0);
    check_in_thread(check_giver, &relay);
    check_snapshot(&s);
    ck_assert_uint_ge(s.orphan_blocks, 1);

    ck_assert_int_eq(pthread_create(&t, NULL, check_adopter, &relay), 0);
    pthread_barrier_wait(&relay.step);

    for (i = 0; i < 200; i++) {
        check_free(relay.m[i]);
    }

    pthread_barrier_wait(&relay.step);
    ck_assert_int_eq(pthread_join(t, NULL), 0);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


START_TEST(two_threads_free_the_same)
{
    void *m = check_alloc(64);

    check_in_thread(check_free_one, m);
    check_in_thread(check_free_one, m);
}
END_TEST


START_TEST(the_owner_frees_what_another_freed)
{
    void *m = check_alloc(64);

    check_in_thread(check_free_one, m);
    check_free(m);
}
END_TEST


START_TEST(another_frees_what_the_owner_freed)
{
    void *keep = check_alloc(64);
    void *m = check_alloc(64);

    check_free(m);
    check_in_thread(check_free_one, m);
    check_free(keep);
}
END_TEST


START_TEST(another_frees_what_the_owner_freed_from_a_full_word)
{
    size_t i;

    for (i = 0; i < 200; i++) {
        check_m[i] = check_alloc(64);
    }

    check_free(check_m[3]);
    check_in_thread(check_free_one, check_m[3]);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("remote");
    TCase *t = tcase_create("remote");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, a_remote_free_waits_for_the_owner);
    tcase_add_test(t, the_owner_merges_when_it_needs_slots);
    tcase_add_test(t, nothing_is_lost_between_threads);
    suite_add_tcase(s, t);

    if (!check_forks()) {
        return s;
    }

    tcase_add_test(t, a_free_finds_the_new_owner);
    tcase_add_test_raise_signal(t, two_threads_free_the_same, SIGABRT);
    tcase_add_test_raise_signal(t, the_owner_frees_what_another_freed,
                                SIGABRT);
    tcase_add_test_raise_signal(t, another_frees_what_the_owner_freed,
                                SIGABRT);
    tcase_add_test_raise_signal(
        t, another_frees_what_the_owner_freed_from_a_full_word, SIGABRT);

    return s;
}
