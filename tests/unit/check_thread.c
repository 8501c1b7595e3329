/*
 * np_thread and np_times: threads come and go in the slots of the file's
 * table; the youngest object that a thread has; a time line that thins itself
 * out.
 */

#include "config.h"

#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "profiler_fixture.h"
#include "os/np_mem.h"
#include "os/np_proc.h"
#include "os/np_sandbox.h"
#include "profile/np_image.h"
#include "profile/np_thread.h"
#include "profile/np_tally.h"
#include "profile/np_times.h"

#define CHECK_LIVE 40

static uint64_t check_looks;


static np_times_at_e check_at;     /* what it was asked for last */
static int           check_refuse; /* it does not look */


static int
check_source(np_format_time_t *t, np_times_at_e at)
{
    check_at = at;
    t->heap = ++check_looks;
    t->pools = 2;
    t->large = 3;
    t->pinned = check_refuse ? NP_TIME_UNKNOWN : 4;

    return !check_refuse;
}


static void
check_setup(void)
{
    check_folder_setup();
    check_image(0, 1);
    np_times_init(check_source);
}


/* its name is told by a system call, in a sandbox by a file */
START_TEST(a_thread_has_a_record)
{
    np_thread_t        *t;
    np_format_thread_t *r;
    char                zero[sizeof(r->name)] = {0};
    char                name[16] = "";

    np_sandbox_seen = _i;
    t = np_thread_enter();
    r = np_thread_record(t);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->tid, (uint32_t) np_proc_tid());
    ck_assert_uint_eq(r->threads, 1);
    ck_assert_int_eq(prctl(PR_GET_NAME, name), 0);
    ck_assert_str_ne(name, "");
    ck_assert_str_eq(r->name, name);
    /* and nothing of the stack behind it */
    ck_assert_mem_eq(r->name + strlen(r->name), zero,
                     sizeof(r->name) - strlen(r->name));
    ck_assert_int_eq(pthread_setname_np(pthread_self(), "fifteen letters"), 0);
    np_thread_leave(t);
    ck_assert_str_eq(r->name, "fifteen letters");
    np_sandbox_seen = 0;
}
END_TEST


START_TEST(slots_are_used_again)
{
    np_thread_t *t[10], *again;
    unsigned     i;

    for (i = 0; i < 10; i++) {
        t[i] = np_thread_enter();
        ck_assert_uint_eq(t[i]->index, i);
        t[i]->stack.walks = 2;
    }

    /* the next one seeks its stacks, whatever this one has missed */
    t[3]->stack.trial.rest = 7;
    np_thread_leave(t[3]);
    again = np_thread_enter();
    ck_assert_ptr_eq(again, t[3]);
    ck_assert_uint_eq(again->stack.trial.rest, 0);
    ck_assert_uint_eq(np_thread_record(again)->threads, 2);
    ck_assert_uint_eq(np_image.header->table[NP_TABLE_THREADS].used, 10);
    np_thread_leave(t[5]);

    /* what the gone ones found counts, too */
    np_lock(&np_profile_lock);
    np_thread_sum_locked();
    np_unlock(&np_profile_lock);
    ck_assert_uint_eq(np_image.header->walks, 20);

    np_thread_forked(t[0]);
    ck_assert_uint_eq(np_thread_record(t[0])->threads, 1);

    for (i = 0; i < 9; i++) {
        ck_assert_ptr_ne(np_thread_enter(), t[0]);
    }

    ck_assert_uint_eq(np_thread_enter()->index, 10);
    np_thread_forked(NULL);
    ck_assert_uint_le(np_thread_enter()->index, 10);
}
END_TEST


/* the youngest of those that are alive, by a list of all; also where the clock
 * passes what a note has room for */
START_TEST(the_youngest_goes_first)
{
    const uint64_t most = ((uint64_t) 1 << NP_TALLY_CLOCK_BITS) - 1;

    np_thread_t *t = np_thread_enter();
    uint64_t     live[CHECK_LIVE], clock = _i ? most - 250000 : 0;
    unsigned     n = 0, i, k;
    int          lifo;

    for (i = 0; i < 20000; i++) {
        if (n == 0 || (n < CHECK_LIVE && check_random(2) == 0)) {
            clock += 1 + check_random(100);
            live[n++] = clock;
            np_thread_born(t, clock);
            continue;
        }

        k = check_random(2) == 0 ? n - 1 : (unsigned) check_random(n);
        lifo = k == n - 1;

        /* what lived long may have been forgotten, but then it is not taken
         * for the youngest unless it is */
        if (np_thread_died(t, live[k] & most)) {
            ck_assert_int_eq(lifo, 1);

        } else if (lifo) {
            ck_assert(t->young == 0
                      || (((t->birth[0] >> 1) - live[k]) & most) < most / 2);
        }

        memmove(&live[k], &live[k + 1], (n - k - 1) * sizeof(live[0]));
        n--;
    }

    ck_assert_int_eq(clock > most, _i);
}
END_TEST


START_TEST(nested_objects_are_all_lifo)
{
    np_thread_t *t = np_thread_enter();
    uint64_t     i, k;

    for (k = 0; k < 10; k++) {
        for (i = 0; i < NP_THREAD_YOUNG; i++) {
            np_thread_born(t, k * 1000 + i);
        }

        while (i-- > 0) {
            ck_assert_int_eq(np_thread_died(t, k * 1000 + i), 1);
        }
    }

    ck_assert_int_eq(np_thread_died(t, 5), 0);
}
END_TEST


/* also after the milliseconds that 32 bits have room for */
START_TEST(a_time_line_thins_itself_out)
{
    const uint64_t first = _i ? ((uint64_t) 1 << 32) - 200000 : 0;

    np_format_header_t     *h = np_image.header;
    np_format_table_t      *table = &h->table[NP_TABLE_TIMES];
    const np_format_time_t *t, *before;
    uint64_t                ms = first;
    uint32_t                i, n = 0;

    np_lock(&np_profile_lock);

    while (ms < first + 400000) {
        h->clock = ms * 3;
        h->live_bytes = ms;

        if (np_times_is_due(ms)) {
            np_times_note_locked(ms, NP_TIMES_BIRTH);
            ck_assert(!np_times_is_due(ms));
            n++;
        }

        ms++;
    }

    np_unlock(&np_profile_lock);
    ck_assert_uint_eq(check_looks, n);
    ck_assert_uint_le(table->used, table->capacity);
    ck_assert_uint_gt(table->used, table->capacity / 3);
    ck_assert_uint_eq(table->lost, 0);
    /* 10 ms apart at first, then twice as far with each thinning */
    ck_assert_uint_lt(n, 8000);
    before = np_image_record(NP_TABLE_TIMES, 0);
    ck_assert_uint_eq(before->ms, first);

    for (i = 1; i < table->used; i++) {
        t = np_image_record(NP_TABLE_TIMES, i);
        ck_assert_uint_gt(t->ms, before->ms);
        ck_assert_uint_le(t->ms - before->ms, 2 * 320);
        ck_assert_uint_eq(t->clock, t->ms * 3);
        ck_assert_uint_eq(t->live, t->ms);
        ck_assert_uint_eq(t->pinned, 4);
        ck_assert_uint_gt(t->rss, 0);
        before = t;
    }

    ck_assert_uint_ge(before->ms, first + 400000 - 320);
    ck_assert_uint_eq(h->ms, before->ms);
    ck_assert_uint_gt(h->peak_rss, 0);
    ck_assert_uint_ge(h->own_bytes, np_image_bytes());

    /* a child's, at its beginning */
    np_times_resume();
    ck_assert(np_times_is_due(0));
}
END_TEST


/* a disk that is full is a table that is */
START_TEST(a_time_line_without_room_thins_itself_out)
{
    np_format_table_t      *table = &np_image.header->table[NP_TABLE_TIMES];
    const np_format_time_t *last;
    uint64_t                ms;

    np_lock(&np_profile_lock);

    for (ms = 0; ms < 400000; ms += 10) {
        if (ms == 1000) {
            np_mem_fail(NP_MEM_ADVISE, 1, NP_MEM_EVERY);
        }

        np_times_note_locked(ms, NP_TIMES_BIRTH);
        last = np_image_record(NP_TABLE_TIMES, table->used - 1);
        ck_assert_uint_eq(last->ms, ms);
    }

    np_mem_fail(0, 0, 0);
    np_unlock(&np_profile_lock);
    ck_assert_uint_eq(table->lost, 0);
    ck_assert_uint_gt(table->used, 100);
    ck_assert_uint_lt(table->used, table->capacity);
}
END_TEST


/* who asks for entries all the time has the last one, and leaves the others */
START_TEST(asking_often_thins_nothing)
{
    const np_format_table_t *table = &np_image.header->table[NP_TABLE_TIMES];
    uint64_t                 ms;

    np_times_resume();
    np_lock(&np_profile_lock);

    for (ms = 100; ms < 1100; ms++) {
        np_times_note_locked(ms, NP_TIMES_BIRTH);
    }

    /* one in 10 ms was due, and the last before it */
    ck_assert_uint_eq(table->used, 200);
    ck_assert(np_times_is_due(1100));
    ck_assert(!np_times_is_due(1099));

    for (ms = 0; ms < 5000; ms++) {
        np_times_note_locked(1099, NP_TIMES_BIRTH);
    }

    ck_assert_uint_eq(table->used, 200);
    np_unlock(&np_profile_lock);
}
END_TEST


/* a quarter more has to live than at the last look; who does not look is asked
 * again 10 ms later */
START_TEST(a_peak_is_looked_at)
{
    np_format_header_t *h = np_image.header;
    uint32_t            used;

    np_times_resume();
    np_lock(&np_profile_lock);
    h->live_bytes = 1000;
    ck_assert(!np_times_is_peak(0));
    np_times_note_locked(0, NP_TIMES_BIRTH);
    h->live_bytes = 2000000;
    ck_assert(np_times_is_peak(5));
    ck_assert(!np_times_is_due(5));
    np_times_note_locked(5, NP_TIMES_PEAK);
    ck_assert_int_eq(check_at, NP_TIMES_PEAK);
    h->live_bytes = 2499999;
    ck_assert(!np_times_is_peak(50));
    /* the entry of the look stays, though none was due */
    h->live_bytes = 10;
    used = np_image.header->table[NP_TABLE_TIMES].used;
    np_times_note_locked(6, NP_TIMES_BIRTH);
    ck_assert_uint_eq(np_image.header->table[NP_TABLE_TIMES].used, used + 1);
    np_times_note_locked(7, NP_TIMES_BIRTH);
    ck_assert_uint_eq(np_image.header->table[NP_TABLE_TIMES].used, used + 1);
    h->live_bytes = 2500000;
    ck_assert(np_times_is_peak(50));
    check_refuse = 1;
    np_times_note_locked(50, NP_TIMES_PEAK);
    ck_assert(!np_times_is_peak(59));
    ck_assert(np_times_is_peak(60));
    /* a look where less lives changes nothing */
    check_refuse = 0;
    h->live_bytes = 10;
    np_times_note_locked(70, NP_TIMES_BIRTH);
    ck_assert_int_eq(check_at, NP_TIMES_BIRTH);
    h->live_bytes = 2499999;
    ck_assert(!np_times_is_peak(80));
    /* nor does one while it falls, of which the next peak is as far as ever */
    h->live_bytes = 2490000;
    np_times_note_locked(80, NP_TIMES_DEATH);
    h->live_bytes = 2500000;
    ck_assert(np_times_is_peak(90));
    h->live_bytes = 2499999;
    np_times_resume();
    ck_assert(np_times_is_peak(80));
    np_unlock(&np_profile_lock);
}
END_TEST


/* memory that came and went between two entries */
START_TEST(the_peak_of_rss_is_the_kernels)
{
    const np_format_time_t *t;
    size_t                  n = (size_t) 64 << 20;
    char                   *m;

    np_times_resume();
    m = np_mem_map(n);
    ck_assert_ptr_nonnull(m);
    memset(m, 1, n);
    (void) np_mem_unmap(m, n);
    np_lock(&np_profile_lock);
    np_times_note_locked(5, NP_TIMES_BIRTH);
    np_unlock(&np_profile_lock);
    t = np_image_record(NP_TABLE_TIMES,
                        np_image.header->table[NP_TABLE_TIMES].used - 1);
    ck_assert_uint_ge(np_image.header->peak_rss, t->rss + n / 2);
}
END_TEST


/* after so many thinnings that the milliseconds have no number for it */
START_TEST(entries_never_come_at_once)
{
    uint32_t i;
    uint64_t ms = 0;

    np_times_resume();
    np_lock(&np_profile_lock);

    for (i = 0; i < 36 * 1024; i++) {
        ms += (uint64_t) 1 << 32;
        np_times_note_locked(ms, NP_TIMES_BIRTH);
        ck_assert(!np_times_is_due(ms));
    }

    ck_assert(!np_times_is_due(ms + 1000000000));
    np_unlock(&np_profile_lock);
}
END_TEST


START_TEST(the_time_goes_on)
{
    uint64_t before = np_times_now();

    ck_assert_uint_lt(before, 60000);
    np_proc_sleep(30);
    ck_assert_uint_ge(np_times_now(), before + 20);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_thread");
    TCase *t = tcase_create("threads and times");

    tcase_add_checked_fixture(t, check_setup, check_folder_teardown);
    tcase_add_loop_test(t, a_thread_has_a_record, 0, 2);
    tcase_add_test(t, slots_are_used_again);
    tcase_add_loop_test(t, the_youngest_goes_first, 0, 2);
    tcase_add_test(t, nested_objects_are_all_lifo);
    tcase_add_loop_test(t, a_time_line_thins_itself_out, 0, 2);
    tcase_add_test(t, a_time_line_without_room_thins_itself_out);
    tcase_add_test(t, asking_often_thins_nothing);
    tcase_add_test(t, a_peak_is_looked_at);
    tcase_add_test(t, entries_never_come_at_once);
    tcase_add_test(t, the_time_goes_on);
    suite_add_tcase(s, t);

    /* not where pages are much larger than 4 KiB */
    t = tcase_create("page size");
    tcase_set_tags(t, "page_size");
    tcase_add_checked_fixture(t, check_setup, check_folder_teardown);
    /* emulated: the kernel counts by the machine's pages */
    tcase_add_test(t, the_peak_of_rss_is_the_kernels);
    suite_add_tcase(s, t);

    return s;
}
