/*
 * np_orphan: what a thread leaves behind, who may use it, and that threads
 * that come and go leave nothing else.
 */

#include "config.h"

#include <pthread.h>
#include <sched.h>

#include "check_heap.h"
#include "heap/np_find.h"
#include "heap/np_orphan.h"
#include "heap/np_pool.h"
#include "heap/np_remote.h"
#include "map/np_header.h"
#include "map/np_run.h"

#define CHECK_OBJECTS 300

static void *check_m[CHECK_OBJECTS];


/* a thread that keeps every fourth of its objects */
static void *
check_leave(void *arg)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = check_alloc(64);
        check_fill(check_m[i], 64, (unsigned) i);
    }

    for (i = 0; i < CHECK_OBJECTS; i++) {
        if (i % 4 != 0) {
            check_free(check_m[i]);
            check_m[i] = NULL;
        }
    }

    return arg;
}


static void
check_release(void)
{
    size_t i;

    for (i = 0; i < CHECK_OBJECTS; i++) {
        if (check_m[i] != NULL) {
            ck_assert(check_filled(check_m[i], 64, (unsigned) i));
            check_free(check_m[i]);
        }
    }
}


START_TEST(blocks_with_live_objects_become_orphans)
{
    np_stats_t s;
    size_t     used;

    check_free(check_alloc(4000));
    used = check_used();
    check_in_thread(check_leave, NULL);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_gt(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.threads_now, 1);
    ck_assert_uint_eq(s.threads_seen, 2);
    ck_assert_uint_eq(s.pool[np_class_of(64)].live, CHECK_OBJECTS / 4);
    ck_assert_uint_eq(atomic_load(&check_word(check_m[0])->xowner), 0);

    check_release();
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.orphan_blocks, 0);
    ck_assert_uint_eq(s.pool[np_class_of(64)].live, 0);
    ck_assert_uint_eq(check_used(), used);
}
END_TEST


START_TEST(words_never_opened_go_back)
{
    np_block_t *b;
    np_stats_t  s;

    check_option("NGXPOOL_BLOCK", "65536");
    check_in_thread(check_leave, NULL);
    b = np_word_block(check_word(check_m[0]));
    ck_assert_uint_eq(b->end, b->last);
    ck_assert_uint_lt(np_block_bytes(b, 64), 65536);
    ck_assert_uint_eq(check_used() << NP_GRANULE_SHIFT, np_block_bytes(b, 64));
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[np_class_of(64)].fresh, 0);
    check_release();
    ck_assert_uint_eq(check_used(), 0);
    check_laws();
}
END_TEST


START_TEST(an_orphan_is_adopted_before_a_block_is_appended)
{
    np_stats_t s;
    size_t     used;
    char      *m;

    check_in_thread(check_leave, NULL);
    used = check_used();
    m = check_alloc(64);
    ck_assert_ptr_eq(atomic_load(&np_word_block(check_word(m))->xheap),
                     np_self);
    ck_assert_uint_eq(check_used(), used);
    check_laws();

    /* other classes have none to adopt */
    ck_assert_int_eq(np_orphan_adopt(np_self, np_class_of(1024)), 0);
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[np_class_of(64)].live, CHECK_OBJECTS / 4 + 1);

    check_release();
    check_free(m);
    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


/* adopts between two meetings; how many frees by others reached it */
static void *
check_adopt(void *arg)
{
    pthread_barrier_t *barrier = arg;
    np_heap_t         *h = np_heap_get();

    pthread_barrier_wait(barrier);
    pthread_barrier_wait(barrier);

    if (!np_orphan_adopt(h, np_class_of(64))) {
        return NULL;
    }

    np_remote_collect(h);

    return (void *) (uintptr_t) h->remote_frees;
}


START_TEST(a_free_during_an_adoption_reaches_the_adopter)
{
    pthread_barrier_t barrier;
    pthread_t         adopter;
    void             *freed;

    check_option("NGXPOOL_BLOCK", "65536");
    check_in_thread(check_leave, NULL);
    check_free(check_alloc(1000));
    pthread_barrier_init(&barrier, NULL, 2);
    ck_assert_int_eq(pthread_create(&adopter, NULL, check_adopt, &barrier), 0);
    pthread_barrier_wait(&barrier);

    /* the adopter has looked at what the orphans got, and waits here */
    np_lock(&np_runs_lock);
    pthread_barrier_wait(&barrier);

    while (atomic_load(&np_runs_lock.xstate) != 2) {
        sched_yield();
    }

    check_free(check_m[0]);
    check_m[0] = NULL;
    np_unlock(&np_runs_lock);

    ck_assert_int_eq(pthread_join(adopter, &freed), 0);
    ck_assert_uint_eq((uintptr_t) freed, 1);
    pthread_barrier_destroy(&barrier);
    check_release();
    check_laws();
}
END_TEST


/* adds one object to the list, and frees none */
static void *
check_add(void *arg)
{
    void *small = check_alloc(32);
    void *large = check_alloc(20000);

    check_free(check_alloc(300));
    *(void **) small = arg;
    check_free(large);

    return small;
}


START_TEST(many_threads_leave_what_lives_and_no_more)
{
    void      *m = NULL, *next;
    np_stats_t s;
    size_t     used, records;
    unsigned   i;

    for (i = 0; i < 50; i++) {
        m = check_in_thread(check_add, m);
    }

    used = check_used();
    records = np_header_used();

    for (i = 50; i < 1000; i++) {
        m = check_in_thread(check_add, m);
    }

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.pool[2].live, 1000);
    ck_assert_uint_eq(s.large.count, 0);
    ck_assert_uint_eq(s.large.cached_bytes, 0);
    ck_assert_uint_eq(s.threads_seen, 1000);
    /* 32 KB of objects: their blocks, and little else */
    ck_assert_uint_le(check_used(), used + 2 * 1000 * 32 / NP_GRANULE);
    ck_assert_uint_le(np_header_used(), records + 64 * 1000);

    for (; m != NULL; m = next) {
        next = *(void **) m;
        check_free(m);
    }

    check_laws();
    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);
    ck_assert_uint_eq(s.orphan_blocks, 0);
}
END_TEST


/* keeps the last of many objects, in a large block of which little is open */
static void *
check_fill_blocks(void *arg)
{
    static void *m[20000];
    size_t       i, n = sizeof(m) / sizeof(m[0]);

    (void) arg;

    for (i = 0; i < n; i++) {
        m[i] = check_alloc(64);
    }

    for (i = 0; i < n - 1; i++) {
        check_free(m[i]);
    }

    return m[n - 1];
}


START_TEST(records_of_orphans_are_used_again)
{
    np_block_t *b;
    size_t      records = 0;
    unsigned    i;
    void       *m;

    for (i = 0; i < 200; i++) {
        m = check_in_thread(check_fill_blocks, NULL);
        b = np_word_block(check_word(m));
        ck_assert_uint_lt(b->end + 1u, np_block_records(b));
        check_free(m);
        records = i == 10 ? np_header_used() : records;
    }

    ck_assert_uint_eq(np_header_used(), records);
    ck_assert_uint_eq(check_used(), 0);
    check_laws();
}
END_TEST


#define CHECK_REWOUND (65536 / 64)

/* two full blocks, of which the first is emptied, and rewound by that; and an
 * object in its first word */
static void *
check_rewind(void *arg)
{
    void **m = arg;
    size_t i;

    for (i = 0; i < 2 * CHECK_REWOUND; i++) {
        m[i] = check_alloc(64);
    }

    for (i = 0; i < CHECK_REWOUND; i++) {
        check_free(m[i]);
    }

    return check_alloc(64);
}


START_TEST(memory_that_an_orphan_gives_back_is_nobodys)
{
    static void *m[2 * CHECK_REWOUND];
    np_found_t   f;
    void        *first;
    size_t       i;

    check_option("NGXPOOL_BLOCK", "65536");
    first = check_in_thread(check_rewind, m);
    ck_assert_ptr_eq(first, m[0]);
    ck_assert_int_eq(np_find(m[1], &f), NP_FOUND_SLOT);

    for (i = 64; i < CHECK_REWOUND; i++) {
        ck_assert_int_ne(np_find(m[i], &f), NP_FOUND_SLOT);
    }

    check_free(first);

    for (i = CHECK_REWOUND; i < 2 * CHECK_REWOUND; i++) {
        check_free(m[i]);
    }

    check_laws();
}
END_TEST


static void *
check_nothing(void *arg)
{
    check_free(arg);

    return arg;
}


START_TEST(a_thread_that_only_frees_gets_no_heap)
{
    void      *m = check_alloc(100);
    np_stats_t s;

    check_in_thread(check_nothing, m);
    check_snapshot(&s);
    ck_assert_uint_eq(s.threads_seen, 1);
}
END_TEST


START_TEST(a_thread_can_go_on_after_its_heap_is_gone)
{
    char *m, *n;

    m = check_alloc(100);
    check_fill(m, 100, 1);
    np_heap_detach();
    check_laws();
    n = check_alloc(100);
    ck_assert_ptr_nonnull(n);
    ck_assert_ptr_ne(m, n);
    ck_assert(check_filled(m, 100, 1));
    check_free(m);
    check_free(n);
    check_laws();
    np_heap_detach();
    np_heap_detach();
    check_laws();
    ck_assert_uint_eq(check_used(), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("orphan");
    TCase *t = tcase_create("orphan");

    tcase_set_timeout(t, 240);
    tcase_add_test(t, blocks_with_live_objects_become_orphans);
    tcase_add_test(t, words_never_opened_go_back);
    tcase_add_test(t, an_orphan_is_adopted_before_a_block_is_appended);
    tcase_add_test(t, a_free_during_an_adoption_reaches_the_adopter);
    tcase_add_test(t, many_threads_leave_what_lives_and_no_more);
    tcase_add_test(t, records_of_orphans_are_used_again);
    tcase_add_test(t, memory_that_an_orphan_gives_back_is_nobodys);
    tcase_add_test(t, a_thread_that_only_frees_gets_no_heap);
    tcase_add_test(t, a_thread_can_go_on_after_its_heap_is_gone);
    suite_add_tcase(s, t);

    return s;
}
