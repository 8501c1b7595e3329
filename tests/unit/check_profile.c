/*
 * A profile read back says what was written: figures, stacks, places, epochs;
 * plain and gzipped; and how well a sample knows its figures.
 */
#include "config.h"

#include "report/np_figure.h"
#include "report/np_profile.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "check_suite.h"
#include "profile_maker.h"
#include "sample_profile.h"

static char check_path[64];


/* a file of these bytes, gone with the process */
static const char *
file_of(const void *bytes, size_t n)
{
    static int fd = -1;

    if (fd >= 0) {
        (void) close(fd);
    }
    fd = memfd_create("profile", 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, n), (ssize_t) n);
    snprintf(check_path, sizeof(check_path), "/proc/self/fd/%d", fd);
    return check_path;
}


/* of m, which is destroyed */
static np_profile_t *
load(maker_t *m)
{
    size_t         n;
    unsigned char *image = maker_image(m, &n);
    char           err[NP_PROFILE_ERROR] = "";
    np_profile_t  *p = np_profile_load(file_of(image, n), err);

    ck_assert_msg(p != NULL, "%s", err);
    free(image);
    maker_destroy(m);
    return p;
}


static const np_site_t *
site(const np_profile_t *p, uint32_t id)
{
    for (unsigned i = 0; i < p->nsites; i++) {
        if (p->site[i].id == id) {
            return &p->site[i];
        }
    }
    ck_abort_msg("no site %u", id);
    return NULL;
}


START_TEST(test_figures)
{
    const maker_life_t brief = {100, 1, 1, 1, 2};
    maker_t           *m = maker_create(0);
    uint32_t           id = maker_site(m, maker_frame(m, 0, 0x1000));
    np_profile_t      *p;
    const np_site_t   *s;

    (void) maker_thread(m, 7, "one");
    maker_argument(m, "a");
    maker_argument(m, "");
    maker_argument(m, "b c");
    maker_alloc(m, id, 0, 100, 10);
    maker_free(m, id, 0, 100, 4, &brief);
    p = load(m);
    s = site(p, id);
    ck_assert_int_eq(s->kind, NP_SITE_FIRST);
    ck_assert_double_eq(s->total.bytes, 1000);
    ck_assert_double_eq(s->total.objects, 10);
    ck_assert_double_eq(s->live.bytes, 600);
    ck_assert_double_eq(s->live.objects, 6);
    ck_assert_double_eq(s->at_peak.bytes, 1000);
    ck_assert_double_eq(s->temporary.objects, 4);
    ck_assert_double_eq(s->remote, 4);
    ck_assert_double_eq(s->lifo, 4);
    ck_assert_double_eq(s->mean_life_bytes, 100);
    ck_assert_double_eq(s->mean_life_ms, 1);
    ck_assert_double_eq(s->live_slack, 6 * 12);
    ck_assert_uint_eq(s->size[3], 10);
    ck_assert_double_eq(p->total.live.bytes, 600);
    ck_assert_double_eq((double) p->header.live_bytes, 600);
    ck_assert_uint_eq(p->ncommand, 3);
    ck_assert_str_eq(p->command[1], "");
    ck_assert_str_eq(p->command[2], "b c");
    ck_assert_ptr_null(p->command[3]);
    ck_assert_uint_eq(p->nthreads, 1);
    ck_assert_str_eq(p->thread[0].name, "one");
    ck_assert_int_eq(p->sampled, 0);
    np_profile_free(p);
}
END_TEST


/* unused sites are no sites, and those without stack say what they are */
START_TEST(test_special_sites)
{
    maker_t      *m = maker_create(0);
    np_profile_t *p;

    maker_alloc(m, NP_SITE_EARLY, 0, 10, 1);
    maker_alloc(m, NP_SITE_OVERFLOW, 0, 20, 1);
    p = load(m);
    ck_assert_uint_eq(p->nsites, 2);
    ck_assert_int_eq(p->site[0].kind, NP_SITE_EARLY);
    ck_assert_uint_eq(p->site[0].depth, 0);
    ck_assert_int_eq(p->site[1].kind, NP_SITE_OVERFLOW);
    ck_assert_str_ne(np_figure_title(&p->site[0]),
                     np_figure_title(&p->site[1]));
    np_profile_free(p);
}
END_TEST


/* leaf first; a return address is looked up in front of itself, an exact one
 * is not; a call at the very end of a module is in it */
START_TEST(test_stacks_and_places)
{
    maker_t         *m = maker_create(0);
    uint32_t         a = maker_frame(m, 0, 0x1100);
    uint32_t         b = maker_frame(m, a, 0x2000);
    uint32_t         c = maker_frame(m, a, 0x9000);
    uint32_t         x = maker_site(m, b), y = maker_site(m, c);
    size_t           n;
    unsigned char   *image;
    char             err[NP_PROFILE_ERROR];
    np_profile_t    *p;
    const np_site_t *s, *t;

    (void) maker_module(m, "/bin/first", 0x1000, 0x2000, 0x1000);
    (void) maker_module(m, "/bin/second", 0x2000, 0x3000, 0);
    maker_alloc(m, x, 0, 1, 1);
    maker_alloc(m, y, 0, 1, 1);
    image = maker_image(m, &n);
    {
        np_format_header_t *h = (np_format_header_t *) image;
        np_format_node_t   *node
            = (np_format_node_t *) (image + h->table[NP_TABLE_NODES].offset);

        node[c].generation |= NP_NODE_EXACT;
    }
    p = np_profile_load(file_of(image, n), err);
    ck_assert_ptr_nonnull(p);
    s = site(p, x);
    t = site(p, y);
    ck_assert_uint_eq(s->depth, 2);
    ck_assert_uint_eq(t->depth, 2);
    ck_assert_uint_eq(p->nplaces, 3);
    ck_assert_uint_eq(s->stack[1], t->stack[1]);
    ck_assert_uint_eq(p->place[s->stack[1]].file, 0xff);
    ck_assert_uint_eq(p->place[s->stack[0]].address, 0x2000);
    ck_assert_uint_eq(p->place[s->stack[0]].module, 0);
    ck_assert_uint_eq(p->place[s->stack[0]].file, 0xfff);
    ck_assert_uint_eq(p->place[t->stack[0]].module, NP_NO_MODULE);
    ck_assert_uint_eq(p->place[t->stack[0]].file, 0x9000);
    ck_assert_uint_eq(p->place[t->stack[0]].exact, 1);
    np_profile_free(p);
    free(image);
    maker_destroy(m);
}
END_TEST


/* a module unloaded and another at its address: the generation decides */
START_TEST(test_generations)
{
    maker_t            *m = maker_create(0);
    uint32_t            a = maker_frame(m, 0, 0x1100);
    uint32_t            b = maker_frame(m, 0, 0x1200);
    np_format_module_t *r;
    np_format_header_t *h;
    np_format_node_t   *node;
    size_t              n;
    unsigned char      *image;
    char                err[NP_PROFILE_ERROR];
    np_profile_t       *p;
    uint32_t            x = maker_site(m, a), y = maker_site(m, b);

    r = maker_module(m, "/old", 0x1000, 0x2000, 0x1000);
    r->from = 0;
    r->to = 3;
    r = maker_module(m, "/new", 0x1000, 0x2000, 0x1000);
    r->from = 4;
    r->to = UINT32_MAX;
    image = maker_image(m, &n);
    h = (np_format_header_t *) image;
    node = (np_format_node_t *) (image + h->table[NP_TABLE_NODES].offset);
    node[a].generation = 3 << 1;
    node[b].generation = 4 << 1;
    p = np_profile_load(file_of(image, n), err);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(p->place[site(p, x)->stack[0]].module, 0);
    ck_assert_uint_eq(p->place[site(p, y)->stack[0]].module, 1);
    np_profile_free(p);
    free(image);
    maker_destroy(m);
}
END_TEST


/* figures of an older epoch than the header's have not changed since */
START_TEST(test_epochs)
{
    maker_t            *m = maker_create(0);
    uint32_t            id[3];
    np_format_header_t *h = maker_header(m);
    np_profile_t       *p;
    const np_site_t    *s;

    for (unsigned i = 0; i < 3; i++) {
        np_format_site_t *r;

        id[i] = maker_site(m, maker_frame(m, 0, 0x100 * (i + 1)));
        r = maker_site_at(m, id[i]);
        r->allocs = 50;
        r->live_bytes = r->live_objects = 40;
        r->at_peak_bytes = r->at_peak_objects = 30;
        r->half[0].allocs = 20;
        r->half[1].allocs = 10;
        r->half_epoch = 9 - i;
        r->peak_epoch = 5 - i;
    }
    h->half_epoch = 9;
    h->peak_epoch = 5;
    h->live_bytes = 120;
    h->peak_bytes = 130;
    p = load(m);
    s = site(p, id[0]);
    ck_assert_double_eq(s->half[0].allocs, 20);
    ck_assert_double_eq(s->half[1].allocs, 10);
    ck_assert_double_eq(s->at_peak.bytes, 30);
    s = site(p, id[1]);
    ck_assert_double_eq(s->now.allocs, 50);
    ck_assert_double_eq(s->half[0].allocs, 50);
    ck_assert_double_eq(s->half[1].allocs, 20);
    ck_assert_double_eq(s->at_peak.bytes, 40);
    s = site(p, id[2]);
    ck_assert_double_eq(s->half[0].allocs, 50);
    ck_assert_double_eq(s->half[1].allocs, 50);
    np_profile_free(p);
}
END_TEST


/* the epoch of a peak begins when it is over */
START_TEST(test_peak_now)
{
    maker_t            *m = maker_create(0);
    uint32_t            id = maker_site(m, maker_frame(m, 0, 0x100));
    np_format_site_t   *r = maker_site_at(m, id);
    np_format_header_t *h = maker_header(m);
    np_profile_t       *p;

    r->live_bytes = r->live_objects = 40;
    r->at_peak_bytes = r->at_peak_objects = 30;
    r->peak_epoch = h->peak_epoch = 3;
    h->live_bytes = h->peak_bytes = 40;
    p = load(m);
    ck_assert_double_eq(site(p, id)->at_peak.bytes, 40);
    np_profile_free(p);
}
END_TEST


/* counts are divided by the scale, bytes are not; less than nothing is none */
START_TEST(test_scale)
{
    maker_t          *m = maker_create(4096);
    uint32_t          id = maker_site(m, maker_frame(m, 0, 0x100));
    np_format_site_t *r = maker_site_at(m, id);
    double            scale = maker_header(m)->scale;
    np_profile_t     *p;
    const np_site_t  *s;

    r->allocs = 4096;
    r->alloc_bytes = 999;
    r->live_bytes = (uint64_t) -5;
    r->live_objects = (uint64_t) -1;
    r->frees = 2 * (uint64_t) scale;
    r->life_bytes = 500;
    r->life_ms = 50;
    p = load(m);
    s = site(p, id);
    ck_assert_int_eq(p->sampled, 1);
    ck_assert_double_eq(s->total.objects, 4096 / scale);
    ck_assert_double_eq(s->total.bytes, 999);
    ck_assert_double_eq(s->live.bytes, 0);
    ck_assert_double_eq(s->live.objects, 0);
    ck_assert_double_eq(s->mean_life_bytes, 250);
    ck_assert_double_eq(s->mean_life_ms, 25);
    np_profile_free(p);
}
END_TEST


/* blocks name sites by their place in the file, ours are closer together */
START_TEST(test_blocks)
{
    maker_t      *m = sample_plain(0);
    np_profile_t *p = load(m);

    ck_assert_uint_eq(p->nblocks, 3);
    ck_assert_uint_lt(p->block[0].site, p->nsites);
    ck_assert_uint_eq(p->site[p->block[0].site].id, NP_SITE_FIRST + 3);
    for (unsigned i = 1; i < p->ntimes; i++) {
        ck_assert_uint_le(p->time[i - 1].ms, p->time[i].ms);
    }
    np_profile_free(p);
}
END_TEST


START_TEST(test_gzip)
{
    maker_t       *m = sample_plain(0);
    size_t         n;
    unsigned char *image = maker_image(m, &n), *small;
    char           err[NP_PROFILE_ERROR];
    z_stream       z;
    np_profile_t  *plain, *p;

    plain = np_profile_load(file_of(image, n), err);
    ck_assert_ptr_nonnull(plain);
    memset(&z, 0, sizeof(z));
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
    small = malloc(n + 100);
    z.next_in = image;
    z.avail_in = (unsigned) n;
    z.next_out = small;
    z.avail_out = (unsigned) n + 100;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    p = np_profile_load(file_of(small, z.total_out), err);
    ck_assert_msg(p != NULL, "%s", err);
    ck_assert_int_eq(p->gzipped, 1);
    ck_assert_uint_eq(p->nsites, plain->nsites);
    ck_assert_double_eq(p->total.live.bytes, plain->total.live.bytes);
    np_profile_free(p);

    /* cut off, and with a wrong checksum */
    p = np_profile_load(file_of(small, z.total_out / 2), err);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(err, "damaged: it ends too soon");
    small[z.total_out - 8] ^= 1;
    p = np_profile_load(file_of(small, z.total_out), err);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(err, "damaged: its compression");
    (void) deflateEnd(&z);
    free(small);
    free(image);
    np_profile_free(plain);
    maker_destroy(m);
}
END_TEST


/* splitmix64, as a number in (0, 1] */
static double
chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double) ((z ^ z >> 31) >> 11) * 0x1p-53 + 0x1p-53;
}


/* objects of two sizes are sampled again and again: the estimates spread as
 * widely as each of them says of itself */
START_TEST(test_error_of_samples)
{
    enum {
        RUNS = 400,
        OBJECTS = 2000
    };
    const double interval = 8192;
    const double size[2] = {768, 12288};
    uint64_t     state = 1;
    double       sum = 0, squares = 0, said = 0, truth = 0;

    for (unsigned run = 0; run < RUNS; run++) {
        np_profile_t p;
        np_site_t    s;
        double       spread;

        memset(&p, 0, sizeof(p));
        memset(&s, 0, sizeof(s));
        p.sampled = 1;
        p.header.interval = (uint64_t) interval;
        truth = 0;
        for (unsigned k = 0; k < 2; k++) {
            double   share = -expm1(-size[k] / interval);
            unsigned seen = 0;

            for (unsigned i = 0; i < OBJECTS; i++) {
                seen += chance(&state) <= share;
            }
            truth += OBJECTS * size[k];
            s.total.bytes += seen / share * size[k];
            s.total.objects += seen / share;
            s.size[k == 0 ? 6 : 10] += seen;
            s.samples += seen;
        }
        spread = np_figure_error(&p, &s, NP_FIGURE_TOTAL);
        ck_assert_double_gt(spread, 0);
        said += spread;
        sum += s.total.bytes;
        squares += (s.total.bytes - truth) * (s.total.bytes - truth);
    }
    /* of the mean: 5 of its own standard errors; of the spread: 4 % is one */
    ck_assert_double_le(fabs(sum / RUNS - truth),
                        5 * said / RUNS / sqrt(RUNS));
    ck_assert_double_le(fabs(sqrt(squares / RUNS) / (said / RUNS) - 1), 0.15);
}
END_TEST


START_TEST(test_error_of_one_size)
{
    np_profile_t p;
    np_site_t    s;
    double       share = -expm1(-768.0 / 8192);

    memset(&p, 0, sizeof(p));
    memset(&s, 0, sizeof(s));
    p.header.interval = 8192;
    s.samples = s.size[6] = 50;
    s.free_samples = 30;
    s.total.objects = 50 / share;
    s.total.bytes = 768 * s.total.objects;
    s.live.objects = 20 / share;
    s.live.bytes = 768 * s.live.objects;
    /* exact profiles do not err */
    ck_assert_double_eq(np_figure_error(&p, &s, NP_FIGURE_TOTAL), 0);
    p.sampled = 1;
    ck_assert_double_eq_tol(np_figure_error(&p, &s, NP_FIGURE_TOTAL),
                            s.total.bytes * sqrt((1 - share) / 50), 1e-6);
    ck_assert_double_eq_tol(np_figure_error(&p, &s, NP_FIGURE_LIVE),
                            s.live.bytes * sqrt((1 - share) / 20), 1e-6);
    ck_assert_double_eq(np_figure_error(&p, &s, NP_FIGURE_REMOTE), 0);
    /* a sum errs as its parts do, in squares */
    s.hidden = 1;
    p.nsites = 1;
    p.site = &s;
    p.total = s;
    ck_assert_double_eq_tol(np_figure_error(&p, &p.total, NP_FIGURE_LIVE),
                            np_figure_error(&p, &s, NP_FIGURE_LIVE), 1e-9);
}
END_TEST


START_TEST(test_figures_have_keys)
{
    for (int i = 0; i < NP_FIGURES; i++) {
        ck_assert_int_eq(np_figure_find(np_figure[i].key), i);
    }
    ck_assert_int_eq(np_figure_find("none"), -1);
    ck_assert_uint_eq(np_figure_size_limit(0), 16);
    ck_assert_uint_eq(np_figure_size_limit(NP_SIZES - 1), UINT64_MAX);
    ck_assert_uint_eq(np_figure_life_limit(1), 2048);
    ck_assert_uint_eq(np_figure_time_limit(2), 4);
}
END_TEST


/* between looks on a line, before and behind them as there */
START_TEST(test_pinned_over_time)
{
    np_format_time_t t[] = {
        {.ms = 0, .pinned = NP_TIME_UNKNOWN},
        {.ms = 10, .pinned = 100},
        {.ms = 20, .pinned = NP_TIME_UNKNOWN},
        {.ms = 40, .pinned = NP_TIME_UNKNOWN},
        {.ms = 50, .pinned = 500},
        {.ms = 60, .pinned = NP_TIME_UNKNOWN},
    };
    const double want[] = {100, 100, 200, 400, 500, 500};
    np_profile_t p = {.time = t, .ntimes = 6};

    for (unsigned i = 0; i < 6; i++) {
        ck_assert_double_eq(np_profile_pinned_at(&p, i), want[i]);
    }
    p.ntimes = 1;
    ck_assert_double_eq(np_profile_pinned_at(&p, 0), 0);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("profile");
    TCase *t = tcase_create("read");

    tcase_add_test(t, test_figures);
    tcase_add_test(t, test_special_sites);
    tcase_add_test(t, test_stacks_and_places);
    tcase_add_test(t, test_generations);
    tcase_add_test(t, test_epochs);
    tcase_add_test(t, test_peak_now);
    tcase_add_test(t, test_scale);
    tcase_add_test(t, test_blocks);
    tcase_add_test(t, test_gzip);
    suite_add_tcase(s, t);
    t = tcase_create("figures");
    tcase_add_test(t, test_error_of_samples);
    tcase_add_test(t, test_error_of_one_size);
    tcase_add_test(t, test_figures_have_keys);
    tcase_add_test(t, test_pinned_over_time);
    suite_add_tcase(s, t);

    return s;
}
