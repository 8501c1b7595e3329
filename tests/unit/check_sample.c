/*
 * np_sample and np_watch: draws are exponential, and each allocation is
 * counted; what is sampled and what is watched exactly is told of once when it
 * is born and once when it dies.
 */

#include "config.h"

#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "check_heap.h"
#include "heap/np_alloc.h"
#include "heap/np_free.h"
#include "heap/np_sample.h"
#include "heap/np_watch.h"
#include "os/np_mem.h"

#define CHECK_DRAWS 200000
#define CHECK_KEPT  3000

static struct {
    uint64_t born, born_bytes, born_size, died, died_bytes, died_size;
    uint64_t clock, reallocs, moved, left;
    size_t   old;
} check_told;

static void *check_kept[CHECK_KEPT];


static void
check_born(void **thread, const np_watch_birth_t *b, np_watch_note_t *note)
{
    *thread = &check_told;
    note->site = 16 + (uint32_t) check_told.born;
    note->ms = 7;
    note->clock = 0xabcdef012345;
    check_told.born++;
    check_told.born_bytes += b->n;
    check_told.born_size += b->size;
    check_told.reallocs += b->old != 0;
    check_told.moved += (unsigned) b->moved;
    check_told.old = b->old;
}


static void
check_died(void **thread, size_t n, size_t size, const np_watch_note_t *note,
           int resized NP_UNUSED)
{
    *thread = &check_told;
    ck_assert_uint_ge(note->site, 16);
    ck_assert_uint_eq(note->ms, 7);
    ck_assert_uint_eq(note->clock, 0xabcdef012345);
    check_told.died++;
    check_told.died_bytes += n;
    check_told.died_size += size;
}


static void
check_clock(size_t bytes)
{
    check_told.clock += bytes;
}


static void
check_left(void *thread)
{
    ck_assert_ptr_eq(thread, &check_told);
    check_told.left++;
}


static const np_watch_hooks_t check_hooks = {.born = check_born,
                                             .died = check_died,
                                             .clock = check_clock,
                                             .left = check_left};


/* the heap is there before anybody watches it */
static void
check_setup(void)
{
    check_free(check_alloc(1));
}


START_TEST(draws_are_exponential)
{
    uint64_t random = 5;
    size_t   mean = _i ? 524288 : 1000;
    unsigned i, k, bin[8] = {0};
    double   sum = 0, x, want, edge = 0;

    for (i = 0; i < CHECK_DRAWS; i++) {
        x = (double) np_sample_draw(&random, mean);
        ck_assert_double_ge(x, 0);
        sum += x;
        /* in eight parts that are equally likely */
        k = (unsigned) (8 * (1 - exp(-x / (double) mean)));
        bin[k < 8 ? k : 7]++;
    }

    want = (double) CHECK_DRAWS * (double) mean;
    ck_assert_double_eq_tol(sum, want, 4 * want / sqrt(CHECK_DRAWS));

    for (k = 0; k < 8; k++) {
        edge += pow(bin[k] - CHECK_DRAWS / 8.0, 2) / (CHECK_DRAWS / 8.0);
    }

    /* chi square of 7 degrees: 1 in 10 000 */
    ck_assert_double_lt(edge, 29.9);
}
END_TEST


/* of all classes: nothing goes by uncounted */
static void
check_rooms(void)
{
    const np_heap_t   *h = np_self;
    const np_sample_t *s;
    const np_word_t   *w;
    unsigned           c;

    for (c = 0; c < NP_CLASSES; c++) {
        s = &h->watch->sample[c];
        w = &h->watch->shown[c];
        ck_assert_int_ge(s->step, 0);
        ck_assert_uint_le(w->mask, s->step);
        ck_assert_int_ge(s->rest, 0);
        ck_assert_uint_eq(w->free, 0);
        ck_assert(h->current[c] == w || h->current[c] == &np_word_none);
    }
}


START_TEST(samples_are_told_of_to_their_end)
{
    np_stats_t s;
    unsigned   i, k;
    size_t     n, live = 0;

    ck_assert_int_eq(np_watch_begin(&check_hooks, 2000), 0);

    for (i = 0; i < 100000; i++) {
        k = (unsigned) check_random(CHECK_KEPT);

        if (check_kept[k] == NULL) {
            n = check_random(4000);
            check_kept[k] = check_alloc(n);
            memset(check_kept[k], 1, n);
            live++;

        } else {
            check_free(check_kept[k]);
            check_kept[k] = NULL;
            live--;
        }

        if (i % 997 == 0) {
            check_rooms();
            check_laws();
        }
    }

    check_snapshot(&s);
    n = 0;

    for (i = 1; i < NP_CLASS_FIXED; i++) {
        n += s.pool[i].live;
    }

    ck_assert_uint_eq(n, live);
    ck_assert_uint_gt(check_told.died, 1000);

    for (k = 0; k < CHECK_KEPT; k++) {
        check_free(check_kept[k]);
    }

    ck_assert_uint_eq(check_told.born, check_told.died);
    ck_assert_uint_eq(check_told.born_bytes, check_told.died_bytes);
    ck_assert_uint_eq(check_told.born_size, check_told.died_size);
    check_laws();
}
END_TEST


/* rates against n bytes of slots: within four standard errors of Poisson */
static void
check_rate(uint64_t samples, double slots, double size, double interval)
{
    double want = slots * (1 - exp(-size / interval));

    ck_assert_double_eq_tol((double) samples, want, 4 * sqrt(want) + 1);
}


START_TEST(ping_pong_is_sampled_at_the_right_rate)
{
    size_t   n = _i == 0 ? 16 : _i == 1 ? 1000 : _i == 2 ? 4000 : 20000;
    unsigned i, calls = 200000;
    size_t   size;
    void    *m = check_alloc(n);

    size = np_free_usable(m);
    check_free(m);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 8192), 0);

    for (i = 0; i < calls; i++) {
        m = check_alloc(n);
        ck_assert_ptr_nonnull(m);
        check_free(m);
    }

    check_rate(check_told.born, calls, (double) size, 8192);
    ck_assert_uint_eq(check_told.born, check_told.died);
    /* the clock is told in steps of 4 KiB */
    ck_assert_uint_ge(check_told.clock + 4096, (uint64_t) calls * size);
    ck_assert_uint_le(check_told.clock, (uint64_t) calls * size);
    check_laws();
}
END_TEST


/* where an object is watched, others come and go by the short way */
START_TEST(frees_beside_what_is_watched)
{
    np_word_t *w;
    uintptr_t  tag = 0;
    void      *m, *watched = NULL;
    unsigned   i;
    uint64_t   n = 0;

    ck_assert_int_eq(np_watch_begin(&check_hooks, 100000), 0);

    /* until one is sampled that is not the last of its word */
    while (watched == NULL) {
        m = check_alloc(48);
        watched = check_told.born != n && check_word(m)->free != 0 ? m : NULL;
        n = check_told.born;
    }

    w = check_word(watched);
    tag = (uintptr_t) np_self + NP_WATCH_OWNER;
    ck_assert_uint_eq(atomic_load(&w->xowner), tag);

    for (i = 0; i < 10000; i++) {
        m = check_alloc(48);
        ck_assert_ptr_eq(check_word(m), w);
        check_free(m);
        ck_assert_uint_eq(atomic_load(&w->xowner), tag);
    }

    ck_assert_uint_gt(check_told.born, n);
    ck_assert_uint_eq(check_told.died, check_told.born - n);
    check_free(watched);
    ck_assert_uint_eq(check_told.died, check_told.born - n + 1);
    ck_assert_uint_eq(atomic_load(&w->xowner), np_thread_pointer());
    check_laws();
}
END_TEST


START_TEST(exactly_all_are_told_of)
{
    size_t   n, old, bytes = 0, count = 0;
    unsigned k;
    void    *m, *before;

    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);

    for (k = 0; k < CHECK_KEPT; k++) {
        n = check_random(10) == 0 ? check_random(200000) : check_random(4000);
        check_kept[k] = k % 3 == 0   ? np_alloc_zero(n)
                        : k % 3 == 1 ? np_alloc_aligned(64, n)
                                     : check_alloc(n);
        count++;
        bytes += n;
        ck_assert_uint_eq(check_told.born, count);
        ck_assert_uint_eq(check_told.born_bytes, bytes);
    }

    ck_assert_uint_eq(check_told.reallocs, 0);

    for (n = 1; n < 3000000; n += n / 3 + 1) {
        m = check_alloc(n);
        before = m;
        old = n;
        count = check_told.reallocs;
        k = (unsigned) check_told.moved;
        m = np_alloc_resize(m, n + n / 2 + 1);
        ck_assert_uint_eq(check_told.reallocs, count + 1);
        ck_assert_uint_eq(check_told.old, old);
        ck_assert_uint_eq(check_told.moved, k + (m != before));
        old = n + n / 2 + 1;
        before = m;
        m = np_alloc_resize(m, old - 1);
        ck_assert_uint_eq(check_told.reallocs, count + 2);
        ck_assert_uint_eq(check_told.old, old);
        check_free(m);
        check_free(check_alloc(n));
        ck_assert_uint_eq(check_told.old, 0);
    }

    for (k = 0; k < CHECK_KEPT; k++) {
        check_free(check_kept[k]);
    }

    ck_assert_uint_eq(check_told.born, check_told.died);
    ck_assert_uint_eq(check_told.born_bytes, check_told.died_bytes);
    ck_assert_uint_eq(check_told.born_size, check_told.died_size);
    check_laws();
}
END_TEST


/* a realloc that is not sampled says nothing of the next malloc */
START_TEST(unsampled_reallocs_are_forgotten)
{
    unsigned i;
    void    *m;
    double   want = 0;

    ck_assert_int_eq(np_watch_begin(&check_hooks, 10000), 0);

    for (i = 0; i < 20000; i++) {
        m = check_alloc(100);
        check_free(np_alloc_resize(m, 5000));
        m = check_alloc(200);
        check_free(np_alloc_resize(m, 100));
        m = check_alloc(9000);
        check_free(np_alloc_resize(m, 9001));
    }

    /* of what is given for 5000, 100 and 9001 bytes */
    want = 20000 * (3 - exp(-0.5120) - exp(-0.0112) - exp(-0.9216));
    ck_assert_double_eq_tol((double) check_told.reallocs, want,
                            4 * sqrt(want));
    ck_assert_uint_eq(check_told.born, check_told.died);
    ck_assert_uint_eq(check_told.born_size, check_told.died_size);
}
END_TEST


static void *
check_frees(void *m)
{
    check_free(m);

    return NULL;
}


static void *
check_allocates(void *unused)
{
    return unused == NULL ? check_alloc(100) : NULL;
}


START_TEST(other_threads_are_told_of_and_leave)
{
    unsigned i;
    void    *m;

    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);

    for (i = 0; i < 20; i++) {
        m = check_in_thread(check_allocates, NULL);
        check_in_thread(check_frees, m);
        check_in_thread(check_frees, check_alloc(50));
    }

    ck_assert_uint_eq(check_told.died, check_told.born);
    ck_assert_uint_ge(check_told.left, 60);
    check_laws();
}
END_TEST


static pthread_key_t check_late;


static void
check_last_round(void *value)
{
    static __thread int round;

    if (++round < PTHREAD_DESTRUCTOR_ITERATIONS) {
        ck_assert_int_eq(pthread_setspecific(check_late, value), 0);

    } else {
        check_free(check_alloc(100));
    }
}


static void *
check_ends_late(void *value)
{
    ck_assert_int_eq(pthread_setspecific(check_late, value), 0);

    return NULL;
}


/* a thread that ends behind our last look is told of by who has its heap next,
 * as one that does have an end */
START_TEST(threads_that_do_not_say_that_they_end_leave)
{
    ck_assert_int_eq(pthread_key_create(&check_late, check_last_round), 0);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);
    check_in_thread(check_ends_late, &check_late);
    ck_assert_uint_eq(check_told.born, 1);
    ck_assert_uint_eq(check_told.left, 0);
    check_in_thread(check_ends_late, &check_late);
    ck_assert_uint_eq(check_told.born, 2);
    ck_assert_uint_eq(check_told.left, 1);
    check_laws();
}
END_TEST


START_TEST(what_was_watched_is_followed_to_its_end)
{
    void    *slot, *large, *m;
    unsigned i;

    slot = check_alloc(10);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);
    check_free(slot);
    slot = check_alloc(100);
    large = check_alloc(10000);
    np_watch_end();
    ck_assert_uint_eq(check_told.born, 2);

    for (i = 0; i < 1000; i++) {
        check_free(check_alloc(100));
        check_free(check_alloc(20000));
    }

    ck_assert_uint_eq(check_told.born, 2);
    /* the fast way again */
    m = check_alloc(100);
    ck_assert_ptr_ne(np_self->current[check_word(m)->kind == NP_KIND_WORD
                                          ? np_word_block(check_word(m))->class
                                          : 0],
                     &np_word_none);
    check_free(m);
    ck_assert_uint_eq(check_told.died, 0);
    check_free(slot);
    check_free(large);
    ck_assert_uint_eq(check_told.died, 2);
    ck_assert_uint_eq(check_told.died_bytes, 10100);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);
    check_free(check_alloc(1));
    ck_assert_uint_eq(check_told.born, 3);
    check_laws();
}
END_TEST


START_TEST(no_room_for_notes_is_no_harm)
{
    unsigned k;

    /* what is mapped first is for notes, and is refused twice: as much as
     * would be good, and as little as is needed.  Marks are had. */
    np_mem_fail(NP_MEM_MAP, 1, 1);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);
    np_mem_fail(0, 0, 0);

    /* of a block that is there already */
    for (k = 0; k < 10; k++) {
        ck_assert_uint_eq(np_watch_missed(), k);
        check_kept[k] = check_alloc(1);
    }

    ck_assert_uint_eq(check_told.born, 0);

    /* a new one brings room for its notes, and for those of the others */
    check_kept[k++] = check_alloc(2000);
    check_kept[k++] = check_alloc(1);
    ck_assert_uint_eq(np_watch_missed(), 10);
    ck_assert_uint_eq(check_told.born, 2);

    while (k-- > 0) {
        check_free(check_kept[k]);
    }

    ck_assert_uint_eq(check_told.died, 2);
    check_laws();
}
END_TEST


START_TEST(no_room_for_marks_is_no_watching)
{
    void *m;

    np_mem_fail(NP_MEM_MAP, 1, NP_MEM_EVERY);
    ck_assert_int_eq(np_watch_begin(&check_hooks, 8192), -1);
    np_mem_fail(0, 0, 0);
    ck_assert_uint_eq(np_modes & NP_MODE_WATCH, 0);

    /* nobody looks for marks: there are none */
    m = np_alloc_resize(check_alloc(10), 3000);
    ck_assert_ptr_nonnull(m);
    check_free(m);
    ck_assert_uint_eq(check_told.born, 0);

    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), 0);
    check_free(check_alloc(10));
    ck_assert_uint_eq(check_told.born, 1);
    ck_assert_uint_eq(check_told.died, 1);
}
END_TEST


static void
check_literal(void)
{
    check_option("NGXPOOL_RECLAIM", "off");
    check_free(check_alloc(1));
}


START_TEST(without_reclaim_there_is_nothing_to_watch)
{
    ck_assert_int_eq(np_watch_begin(&check_hooks, 0), -1);
    check_free(check_alloc(100));
    ck_assert_uint_eq(check_told.born, 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_sample");
    TCase *t = tcase_create("samples");

    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_loop_test(t, draws_are_exponential, 0, 2);
    tcase_add_test(t, samples_are_told_of_to_their_end);
    tcase_add_loop_test(t, ping_pong_is_sampled_at_the_right_rate, 0, 4);
    tcase_add_test(t, unsampled_reallocs_are_forgotten);
    tcase_add_test(t, frees_beside_what_is_watched);
    suite_add_tcase(s, t);

    t = tcase_create("watched");
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, exactly_all_are_told_of);
    tcase_add_test(t, other_threads_are_told_of_and_leave);
    tcase_add_test(t, what_was_watched_is_followed_to_its_end);
    tcase_add_test(t, no_room_for_notes_is_no_harm);
    tcase_add_test(t, no_room_for_marks_is_no_watching);
    suite_add_tcase(s, t);

    /* not where ThreadSanitizer keeps something for each thread, too */
    t = tcase_create("alone");
    tcase_set_tags(t, "alone");
    tcase_add_checked_fixture(t, check_setup, NULL);
    tcase_add_test(t, threads_that_do_not_say_that_they_end_leave);
    suite_add_tcase(s, t);

    t = tcase_create("reclaim off");
    tcase_add_checked_fixture(t, check_literal, NULL);
    tcase_add_test(t, without_reclaim_there_is_nothing_to_watch);
    suite_add_tcase(s, t);

    return s;
}
