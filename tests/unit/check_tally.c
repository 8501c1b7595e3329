/*
 * np_tally: every figure of a site and of the whole against a model that
 * keeps all objects, over random sequences.
 */

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "profiler_fixture.h"
#include "profile/np_image.h"
#include "profile/np_profile.h"
#include "profile/np_tally.h"

#define CHECK_SITES   5
#define CHECK_OBJECTS 300
#define CHECK_STEPS   30000

typedef struct {
    np_tally_object_t o;
    int               live;
} check_object_t;

static check_object_t   check_object[CHECK_OBJECTS];
static np_format_site_t check_model[CHECK_SITES];
static np_format_half_t check_half[2][CHECK_SITES];
static uint64_t         check_at_peak[2][CHECK_SITES];
static uint64_t         check_live, check_peak, check_clock, check_next;
static uint64_t         check_turns;


static unsigned
check_bucket(uint64_t v, uint64_t first, unsigned n)
{
    unsigned i;

    for (i = 0; i + 1 < n && v >= first; i++) {
        first *= 2;
    }

    return i;
}


static void
check_turn(void)
{
    np_format_site_t *m;
    unsigned          i;

    memcpy(check_half[1], check_half[0], sizeof(check_half[0]));
    check_turns++;

    for (i = 0; i < CHECK_SITES; i++) {
        m = &check_model[i];
        check_half[0][i]
            = (np_format_half_t){m->allocs, m->frees, m->temporary, m->remote,
                                 m->lifo,   m->runs,  m->reallocs};
    }
}


static void
check_tick(size_t n)
{
    check_clock += n;
    ck_assert_uint_eq(np_tally_clock(n, 0), check_clock);

    if (check_clock >= check_next) {
        check_turn();

        for (check_next = 1; check_next <= check_clock; check_next *= 2) {
        }
    }
}


static void
check_born(check_object_t *c, size_t old, int moved)
{
    np_format_site_t *m;
    unsigned          i;

    c->live = 1;
    c->o.site = 1 + (unsigned) check_random(CHECK_SITES);
    c->o.n = (size_t) (check_random(20) == 0 ? check_random(3000000)
                                             : check_random(300));
    c->o.size = c->o.n + check_random(17);
    c->o.ms += (unsigned) check_random(3);
    m = &check_model[c->o.site - 1];
    check_tick(c->o.n != 0 ? c->o.n : 1);
    c->o.clock = check_clock;
    np_tally_born(&c->o, old, moved);

    m->samples++;
    m->allocs++;
    m->alloc_bytes += c->o.n;
    m->live_bytes += c->o.n;
    m->live_objects++;
    m->peak_bytes
        = m->live_bytes > m->peak_bytes ? m->live_bytes : m->peak_bytes;
    m->peak_objects = m->live_objects > m->peak_objects ? m->live_objects
                                                        : m->peak_objects;
    m->slack += c->o.size - c->o.n;
    m->live_slack += c->o.size - c->o.n;
    m->size[c->o.n <= 16 ? 0 : check_bucket(c->o.n - 1, 16, NP_SIZES)]++;

    if (old != 0) {
        m->reallocs++;
        m->realloc_grown += c->o.n > old ? c->o.n - old : 0;
        m->realloc_in_place += !moved;
        m->realloc_copied += !moved ? 0 : c->o.n < old ? c->o.n : old;
    }

    check_live += c->o.n;

    if (check_live > check_peak) {
        check_peak = check_live;

        for (i = 0; i < CHECK_SITES; i++) {
            check_at_peak[0][i] = check_model[i].live_bytes;
            check_at_peak[1][i] = check_model[i].live_objects;
        }
    }
}


static void
check_die(check_object_t *c)
{
    np_format_site_t *m = &check_model[c->o.site - 1];
    np_tally_death_t  d;
    uint64_t          age = check_clock - c->o.clock;

    c->live = 0;
    d.clock = check_clock;
    d.ms = c->o.ms + (unsigned) check_random(70000);
    d.remote = check_random(3) == 0;
    d.lifo = check_random(4) == 0;
    d.resized = check_random(5) == 0;
    d.run = 1 + check_random(5);
    np_tally_died(&c->o, &d);

    m->free_samples++;
    m->frees++;
    m->free_bytes += c->o.n;
    m->live_bytes -= c->o.n;
    m->live_objects--;
    m->live_slack -= c->o.size - c->o.n;
    m->life_bytes += age;
    m->life_ms += d.ms - c->o.ms;
    m->life[check_bucket(age, 1024, NP_LIVES)]++;
    m->time[check_bucket(d.ms - c->o.ms, 1, NP_TIMES)]++;

    if (age < NP_TEMPORARY && !d.resized) {
        m->temporary++;
        m->temporary_bytes += c->o.n;
    }

    m->remote += (unsigned) d.remote;
    m->lifo += (unsigned) d.lifo;
    m->runs += d.run == 1;
    m->longest_run = d.run > m->longest_run ? d.run : m->longest_run;
    check_live -= c->o.n;
}


/* as a reader finds them, by the epochs */
static void
check_epochs(unsigned i)
{
    const np_format_header_t *h = np_image.header;
    const np_format_site_t   *s = check_site(i + 1);
    np_format_half_t now = {s->allocs, s->frees, s->temporary, s->remote,
                            s->lifo,   s->runs,  s->reallocs};
    const np_format_half_t *half[2] = {&s->half[0], &s->half[1]};
    int                     changed = s->peak_epoch == h->peak_epoch;

    if (h->live_bytes != h->peak_bytes) {
        ck_assert_uint_eq(changed ? s->at_peak_bytes : s->live_bytes,
                          check_at_peak[0][i]);
        ck_assert_uint_eq(changed ? s->at_peak_objects : s->live_objects,
                          check_at_peak[1][i]);
    }

    if (h->half_epoch - s->half_epoch == 1) {
        half[1] = &s->half[0];
        half[0] = &now;

    } else if (h->half_epoch != s->half_epoch) {
        half[0] = half[1] = &now;
    }

    ck_assert_mem_eq(half[0], &check_half[0][i], sizeof(now));

    if (check_turns > 1) {
        ck_assert_mem_eq(half[1], &check_half[1][i], sizeof(now));
    }
}


static void
check_compare(void)
{
    np_format_site_t *m, s;
    unsigned          i;

    ck_assert_uint_eq(np_image.header->live_bytes, check_live);
    ck_assert_uint_eq(np_image.header->peak_bytes, check_peak);
    ck_assert_uint_eq(np_image.header->clock, check_clock);

    for (i = 0; i < CHECK_SITES; i++) {
        check_epochs(i);
        m = &check_model[i];
        s = *check_site(i + 1);
        /* the epochs' figures were compared already, times are not modelled */
        s.peak_epoch = s.half_epoch = s.first_ms = s.last_ms = 0;
        s.at_peak_bytes = s.at_peak_objects = 0;
        memset(s.half, 0, sizeof(s.half));
        ck_assert_mem_eq(&s, m, sizeof(s));
    }
}


START_TEST(all_figures_are_a_models)
{
    check_object_t *c;
    unsigned        i;
    size_t          old;

    check_image(0, CHECK_SITES);
    ck_assert_uint_eq(np_image.header->scale, 1);

    for (i = 0; i < CHECK_STEPS; i++) {
        c = &check_object[check_random(i % 7000 < 3500 ? CHECK_OBJECTS : 30)];

        if (!c->live) {
            check_born(c, 0, 0);

        } else if (check_random(4) != 0) {
            check_die(c);

        } else {
            old = c->o.n;
            check_die(c);
            check_born(c, old, check_random(2) != 0);
        }

        if (i % 50 == 0) {
            check_compare();
        }
    }

    check_compare();
    np_tally_settle();
    check_compare();
}
END_TEST


static void *
check_churn(void *unused)
{
    np_tally_object_t o = {.site = 1, .n = 10, .size = 16};
    np_tally_death_t  d = {.run = 1};
    unsigned          i;

    for (i = 0; i < 100000; i++) {
        o.clock = np_tally_clock(10, 0);
        np_tally_born(&o, 0, 0);
        d.clock = o.clock;

        if (i % 2) {
            np_tally_died(&o, &d);
        }
    }

    return unused;
}


/* notes have 48 bits of the clock, and 32 of the milliseconds */
START_TEST(lifetimes_go_past_what_notes_hold)
{
    np_tally_object_t o = {.site = 1,
                           .n = 10,
                           .size = 16,
                           .clock = ((uint64_t) 1 << 48) - 100,
                           .ms = ((uint64_t) 1 << 32) - 10};
    np_tally_death_t  d = {.clock = ((uint64_t) 1 << 48) + 50,
                           .ms = ((uint64_t) 1 << 32) + 20,
                           .run = 1};
    np_format_site_t *s;

    check_image(0, 1);
    s = check_site(1);

    np_tally_born(&o, 0, 0);
    np_tally_died(&o, &d);
    ck_assert_uint_eq(s->life_bytes, 150);
    ck_assert_uint_eq(s->life_ms, 30);

    /* another time around; and none at all */
    np_tally_born(&o, 0, 0);
    d.clock += (uint64_t) 5 << 48;
    d.ms += (uint64_t) 5 << 32;
    np_tally_died(&o, &d);
    ck_assert_uint_eq(s->life_bytes, 300);
    ck_assert_uint_eq(s->life_ms, 60);

    np_tally_born(&o, 0, 0);
    d.clock = o.clock - 1;
    d.ms = o.ms - 1;
    np_tally_died(&o, &d);
    ck_assert_uint_eq(s->life_bytes, 300);
    ck_assert_uint_eq(s->life_ms, 60);

    /* nearly as long as notes hold, and the other way round by little */
    s->life_bytes = 0;
    s->life_ms = 0;
    np_tally_born(&o, 0, 0);
    d.clock = o.clock - ((uint64_t) 1 << 32) - 2;
    d.ms = o.ms - ((uint64_t) 1 << 16) - 2;
    np_tally_died(&o, &d);
    ck_assert_uint_eq(s->life_bytes,
                      ((uint64_t) 1 << 48) - ((uint64_t) 1 << 32) - 2);
    ck_assert_uint_eq(s->life_ms,
                      ((uint64_t) 1 << 32) - ((uint64_t) 1 << 16) - 2);
    s->life_bytes = 300;
    s->life_ms = 60;
    np_tally_born(&o, 0, 0);
    d.clock = o.clock - ((uint64_t) 1 << 32);
    d.ms = o.ms - ((uint64_t) 1 << 16);
    np_tally_died(&o, &d);
    ck_assert_uint_eq(s->life_bytes, 300);
    ck_assert_uint_eq(s->life_ms, 60);

    /* so long that the site has no number for it */
    o.ms += (uint64_t) 1 << 33;
    np_tally_born(&o, 0, 0);
    ck_assert_uint_eq(s->last_ms, UINT32_MAX);
}
END_TEST


START_TEST(full_counts_stay_full)
{
    np_tally_object_t o = {.site = 1, .n = 10, .size = 16};
    np_tally_death_t  d = {.clock = 100, .ms = 0, .run = 1};
    np_format_site_t *s;
    uint32_t         *lost;
    unsigned          i;

    check_image(0, 1);
    s = check_site(1);
    s->size[0] = UINT32_MAX - 1;
    s->life[0] = UINT32_MAX - 1;
    s->time[0] = UINT32_MAX - 1;
    s->life_bytes = UINT64_MAX - 150;
    s->life_ms = UINT64_MAX - 150;
    lost = &np_image.header->table[NP_TABLE_SITES].lost;
    *lost = UINT32_MAX - 1;

    for (i = 0; i < 3; i++) {
        np_tally_born(&o, 0, 0);
        np_tally_died(&o, &d);
        np_image_lose(NP_TABLE_SITES);
    }

    ck_assert_uint_eq(s->size[0], UINT32_MAX);
    ck_assert_uint_eq(s->life[0], UINT32_MAX);
    ck_assert_uint_eq(s->time[0], UINT32_MAX);
    ck_assert_uint_eq(s->life_bytes, UINT64_MAX);
    ck_assert_uint_eq(s->life_ms, UINT64_MAX - 150);
    ck_assert_uint_eq(*lost, UINT32_MAX);
}
END_TEST


/* a sample of a byte stands for 2^30 of them here */
START_TEST(samples_of_long_lives_sum_to_the_most)
{
    np_tally_object_t o = {.site = 1, .n = 1, .size = 16};
    np_tally_death_t  d = {.clock = (uint64_t) 1 << 47, .ms = 1, .run = 1};

    check_image((size_t) 1 << 34, 1);
    np_tally_born(&o, 0, 0);
    np_tally_died(&o, &d);
    ck_assert_uint_eq(check_site(1)->life_bytes, UINT64_MAX);
    ck_assert_uint_gt(check_site(1)->life_ms, (uint64_t) 1 << 29);
    ck_assert_uint_lt(check_site(1)->life_ms, (uint64_t) 1 << 31);
}
END_TEST


/* what was allocated before there was a profile is alive at its peak, if the
 * first to come is a free */
START_TEST(what_was_there_before_is_alive_at_the_peak)
{
    np_tally_object_t o = {.site = NP_SITE_EARLY, .n = 40, .size = 48};
    np_tally_death_t  d = {.run = 1};
    np_format_site_t *s;

    check_image(0, NP_SITE_FIRST);
    s = check_site(NP_SITE_EARLY);
    np_profile_early(5, 240, 1, 40, 32);
    np_tally_died(&o, &d);
    np_tally_settle();
    ck_assert_uint_eq(np_image.header->peak_bytes, 200);
    ck_assert_uint_eq(s->peak_epoch, np_image.header->peak_epoch);
    ck_assert_uint_eq(s->at_peak_bytes, 200);
    ck_assert_uint_eq(s->at_peak_objects, 4);
    ck_assert_uint_eq(s->live_bytes, 160);
}
END_TEST


START_TEST(threads_lose_nothing)
{
    np_format_header_t *h;
    np_format_site_t   *s;
    pthread_t           t[4];
    unsigned            i;

    check_image(0, 1);
    h = np_image.header;
    s = check_site(1);

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, check_churn, NULL), 0);
    }

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(t[i], NULL), 0);
    }

    ck_assert_uint_eq(h->clock, 4000000);
    ck_assert_uint_eq(s->allocs, 400000);
    ck_assert_uint_eq(s->frees, 200000);
    ck_assert_uint_eq(s->live_bytes, 2000000);
    ck_assert_uint_eq(h->live_bytes, 2000000);
    ck_assert_uint_eq(s->size[0], 400000);
    ck_assert_uint_eq(s->life[0], 200000);
    /* one for the first bytes and each power of two that was passed; who
     * comes first may be beyond one */
    ck_assert_uint_ge(h->half_epoch, 17);
    ck_assert_uint_le(h->half_epoch, 19);
}
END_TEST


START_TEST(sampled_objects_leave_nothing)
{
    np_tally_object_t o = {.site = 1};
    np_tally_death_t  d = {.run = 1};
    size_t            n;

    check_image(524288, 1);

    for (n = 1; n < 3000000; n += 1 + n / 7) {
        o.n = n;
        o.size = (n + 15) / 16 * 16;
        np_tally_born(&o, 0, 0);
        ck_assert_uint_ge(check_site(1)->live_bytes, n);
        np_tally_died(&o, &d);
        ck_assert_uint_eq(check_site(1)->live_bytes, 0);
        ck_assert_uint_eq(check_site(1)->live_objects, 0);
        ck_assert_uint_eq(check_site(1)->live_slack, 0);
        ck_assert_uint_eq(np_image.header->live_bytes, 0);
    }
}
END_TEST


START_TEST(sites_that_are_not_there_are_left_alone)
{
    np_tally_object_t o = {.site = 9, .n = 10, .size = 16};
    np_tally_death_t  d = {.run = 1};

    check_image(0, 1);
    np_tally_born(&o, 0, 0);
    np_tally_died(&o, &d);
    ck_assert_uint_eq(np_image.header->live_bytes, 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("np_tally");
    TCase *t = tcase_create("figures");

    tcase_add_checked_fixture(t, check_folder_setup, check_folder_teardown);
    tcase_add_test(t, all_figures_are_a_models);
    tcase_add_test(t, lifetimes_go_past_what_notes_hold);
    tcase_add_test(t, full_counts_stay_full);
    tcase_add_test(t, samples_of_long_lives_sum_to_the_most);
    tcase_add_test(t, what_was_there_before_is_alive_at_the_peak);
    tcase_add_test(t, threads_lose_nothing);
    tcase_add_test(t, sampled_objects_leave_nothing);
    tcase_add_test(t, sites_that_are_not_there_are_left_alone);
    suite_add_tcase(s, t);

    return s;
}
