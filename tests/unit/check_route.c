/*
 * np_route: advised sites have pools of their own, whose objects are freed,
 * orphaned and forked like all others.
 */

#include "config.h"

#include <sys/wait.h>
#include <unistd.h>

#include "check_heap.h"
#include "heap/np_block.h"
#include "heap/np_route.h"

#define CHECK_OBJECTS 1000

#define CHECK_APART    ((void *) 0x401000)
#define CHECK_TOGETHER ((void *) 0x401020)
#define CHECK_RESERVE  ((void *) 0x401040)

static np_route_site_t check_sites[16];
static void           *check_m[CHECK_OBJECTS];


static void
check_advise(const void *address, np_route_e kind)
{
    size_t i = np_route_hash((uintptr_t) address);

    while (check_sites[i % 16].address != 0) {
        i++;
    }

    check_sites[i % 16].address = (uintptr_t) address;
    check_sites[i % 16].kind = kind;
}


static void
check_setup(void)
{
    check_free(check_alloc(16));
    check_advise(CHECK_APART, NP_ROUTE_APART);
    check_advise(CHECK_TOGETHER, NP_ROUTE_TOGETHER);
    check_advise(CHECK_RESERVE, NP_ROUTE_RESERVE);
    np_route_begin(check_sites, 16);
}


static np_heap_t *
check_heap_of(const void *m)
{
    return atomic_load(&np_word_block(check_word(m))->xheap);
}


START_TEST(sites_are_found_by_address)
{
    char c;

    ck_assert_int_eq(np_route_find(CHECK_APART), NP_ROUTE_APART);
    ck_assert_int_eq(np_route_find(CHECK_TOGETHER), NP_ROUTE_TOGETHER);
    ck_assert_int_eq(np_route_find(CHECK_RESERVE), NP_ROUTE_RESERVE);
    ck_assert_int_eq(np_route_find(&c), NP_ROUTE_NONE);
    ck_assert_int_eq(np_route_find(NULL), NP_ROUTE_NONE);
    ck_assert_ptr_null(np_route_alloc(64, &c));
    ck_assert_ptr_null(np_route_alloc(64, CHECK_RESERVE));
    ck_assert_ptr_null(np_route_alloc(100000, CHECK_APART));
}
END_TEST


START_TEST(kinds_lie_apart_and_are_freed_by_their_thread)
{
    void      *a = np_route_alloc(64, CHECK_APART);
    void      *b = np_route_alloc(64, CHECK_TOGETHER);
    void      *c = check_alloc(64);
    np_stats_t s;

    ck_assert_ptr_eq(check_heap_of(c), np_self);
    ck_assert_ptr_eq(check_heap_of(a)->main, np_self);
    ck_assert_ptr_eq(check_heap_of(b)->main, np_self);
    ck_assert_ptr_ne(check_heap_of(a), check_heap_of(b));

    check_snapshot(&s);
    ck_assert_uint_ge(s.live_bytes, 3 * 64);

    check_free(a);
    check_free(b);
    check_free(c);
    /* nothing of it went the way of other threads' frees */
    check_snapshot(&s);
    ck_assert_uint_eq(s.remote_frees, 0);
    ck_assert_uint_eq(s.live_bytes, 0);
}
END_TEST


/* the heap after h, in the walk over all */
static np_heap_t *
check_after(np_heap_t *h)
{
    np_lock(&np_heaps_lock);
    h = np_heap_after_locked(h);
    np_unlock(&np_heaps_lock);

    return h;
}


static void *
check_pass(void *arg)
{
    check_free(check_alloc(16));

    return arg == NULL ? np_self : arg;
}


START_TEST(a_walk_comes_to_all_heaps)
{
    np_heap_t *h = np_self;
    np_heap_t *spare;

    ck_assert_ptr_eq(check_after(NULL), h);
    ck_assert_ptr_null(check_after(h));
    check_free(np_route_alloc(100, CHECK_TOGETHER));
    ck_assert_ptr_nonnull(check_after(h));
    ck_assert_ptr_eq(check_after(h), h->route[1]);
    ck_assert_ptr_null(check_after(h->route[1]));
    check_free(np_route_alloc(100, CHECK_APART));
    ck_assert_ptr_eq(check_after(h), h->route[0]);
    ck_assert_ptr_eq(check_after(h->route[0]), h->route[1]);
    ck_assert_ptr_null(check_after(h->route[1]));
    spare = check_in_thread(check_pass, NULL);
    ck_assert_int_eq(spare->attached, 0);
    ck_assert_ptr_eq(check_after(h->route[1]), spare);
    ck_assert_ptr_null(check_after(spare));
    check_laws();
}
END_TEST


START_TEST(objects_are_used_again)
{
    size_t i, k, used = 0;

    for (k = 0; k < 20; k++) {
        for (i = 0; i < CHECK_OBJECTS; i++) {
            check_m[i] = np_route_alloc(100 + i % 200, CHECK_APART);
            ck_assert_ptr_nonnull(check_m[i]);
            check_fill(check_m[i], 100 + i % 200, (unsigned) i);
        }

        for (i = 0; i < CHECK_OBJECTS; i++) {
            ck_assert(check_filled(check_m[i], 100 + i % 200, (unsigned) i));
            check_free(check_m[i]);
        }

        if (k == 0) {
            used = check_used();
        }

        /* a first block of each class stays, whichever was the lowest */
        ck_assert_uint_le(check_used(), used + used / 8);
    }

    check_laws();
}
END_TEST


static void *
check_leave(void *arg)
{
    size_t i;

    check_free(check_alloc(16));

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_m[i] = np_route_alloc(64, CHECK_APART);
    }

    return arg;
}


START_TEST(objects_outlive_their_thread)
{
    np_stats_t s;
    size_t     i;

    (void) check_in_thread(check_leave, NULL);
    check_snapshot(&s);
    ck_assert_uint_ge(s.live_bytes, CHECK_OBJECTS * 64);
    ck_assert_uint_gt(s.orphan_blocks, 0);

    for (i = 0; i < CHECK_OBJECTS; i++) {
        check_free(check_m[i]);
    }

    check_snapshot(&s);
    ck_assert_uint_eq(s.live_bytes, 0);

    /* the next thread has the heap of the last, further ones included */
    (void) check_in_thread(check_leave, NULL);
    check_laws();
}
END_TEST


START_TEST(the_child_of_a_fork_goes_on)
{
    pid_t pid;
    int   status;

    (void) check_in_thread(check_leave, NULL);
    check_m[0] = np_route_alloc(64, CHECK_APART);
    check_fill(check_m[0], 64, 1);
    pid = fork();

    if (pid == 0) {
        if (!check_filled(check_m[0], 64, 1)) {
            _exit(1);
        }

        check_free(check_m[0]);
        check_m[0] = np_route_alloc(64, CHECK_TOGETHER);
        check_laws();
        _exit(check_m[0] == NULL);
    }

    ck_assert_int_ne(pid, -1);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    check_free(check_m[0]);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("route");
    TCase *t = tcase_create("sites");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, sites_are_found_by_address);
    tcase_add_test(t, kinds_lie_apart_and_are_freed_by_their_thread);
    tcase_add_test(t, a_walk_comes_to_all_heaps);
    tcase_add_test(t, objects_are_used_again);
    tcase_add_test(t, objects_outlive_their_thread);
    tcase_add_test(t, the_child_of_a_fork_goes_on);
    suite_add_tcase(s, t);

    return s;
}
