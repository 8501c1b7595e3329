/*
 * The profiles that other tests are made of: the laws of the format hold in
 * them, and the reader finds what was played.
 */
#include "config.h"

#include "profile_maker.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check_suite.h"
#include "export_samples.h"
#include "profile_damage.h"
#include "sample_profile.h"


static const np_format_header_t *
header_of(const unsigned char *image)
{
    return (const np_format_header_t *) image;
}


static void
assert_laws(maker_t *m)
{
    size_t                    size;
    unsigned char            *image = maker_image(m, &size);
    const np_format_header_t *h = header_of(image);
    const np_format_table_t  *t = &h->table[NP_TABLE_SITES];
    uint64_t                  bytes = 0, objects = 0, total = 0;

    ck_assert_mem_eq(h->magic, NP_FORMAT_MAGIC, 8);
    for (uint32_t i = 0; i < t->used; i++) {
        const np_format_site_t *s
            = (const void *) (image + t->offset + i * t->size);

        ck_assert_uint_eq(s->live_bytes, s->alloc_bytes - s->free_bytes);
        ck_assert_uint_eq(s->live_objects, s->allocs - s->frees);
        ck_assert_uint_le(s->live_bytes, s->peak_bytes);
        ck_assert_uint_le(s->at_peak_bytes, s->peak_bytes);
        bytes += s->live_bytes;
        objects += s->live_objects;
        total += s->alloc_bytes;
    }
    ck_assert_uint_eq(bytes, h->live_bytes);
    ck_assert_uint_eq(objects, h->live_objects);
    ck_assert_uint_eq(total, h->clock);
    ck_assert_uint_gt(total, 0);
    for (int i = 0; i < NP_TABLES; i++) {
        ck_assert_uint_eq(h->table[i].offset % 8, 0);
        ck_assert_uint_le(h->table[i].offset
                              + (uint64_t) h->table[i].size
                                    * h->table[i].capacity,
                          size);
    }
    free(image);
    maker_destroy(m);
}


START_TEST(test_laws)
{
    assert_laws(sample_plain(0));
    assert_laws(sample_plain(65536));
    assert_laws(sample_rich(0));
}
END_TEST


START_TEST(test_same_bytes)
{
    maker_t       *m = sample_plain(0), *w = sample_plain(0);
    size_t         n, k;
    unsigned char *a = maker_image(m, &n), *b = maker_image(w, &k);

    ck_assert_uint_eq(n, k);
    ck_assert_mem_eq(a, b, n);
    free(a);
    free(b);
    maker_destroy(m);
    maker_destroy(w);
}
END_TEST


/* the sites' figures at the peak, of which some are kept and some still
 * stand, add up to it */
START_TEST(test_peak_adds_up)
{
    export_sample_t s;

    export_sample_open(&s, sample_plain(0));
    ck_assert_uint_gt(s.profile->header.peak_bytes,
                      s.profile->header.live_bytes);
    ck_assert_double_eq(s.profile->total.at_peak.bytes,
                        (double) s.profile->header.peak_bytes);
    export_sample_close(&s);
}
END_TEST


/* what was played, with the weights of the sampling */
START_TEST(test_sampled_weights)
{
    const double    w = 1 / (1 - exp(-1000 / 65536.0));
    export_sample_t s;
    maker_t        *m = maker_create(65536);
    uint32_t        site = maker_site(m, maker_frame(m, 0, 0x1000));

    maker_alloc(m, site, 0, 1000, 3);
    export_sample_open(&s, m);
    ck_assert_uint_eq(s.profile->nsites, 1);
    ck_assert_double_eq_tol(s.profile->site[0].total.objects, 3 * w, 0.001);
    ck_assert_double_eq_tol(s.profile->site[0].live.bytes, 3000 * w, 1);
    ck_assert_double_eq(s.profile->site[0].samples, 3);
    ck_assert_uint_eq(s.profile->site[0].size[6], 3);
    export_sample_close(&s);
}
END_TEST


START_TEST(test_damages_differ)
{
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        maker_t       *m = sample_plain(0);
        size_t         n, k;
        unsigned char *whole = maker_image(m, &n), *harmed;

        harmed = maker_image(m, &k);
        d->harm(harmed, &k);
        ck_assert_msg(k < n || memcmp(whole, harmed, n) != 0, "%s: no harm",
                      d->name);
        ck_assert_uint_le(k, n);
        free(whole);
        free(harmed);
        maker_destroy(m);
    }
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("profile_maker");
    TCase *t = tcase_create("profiles");

    tcase_add_test(t, test_laws);
    tcase_add_test(t, test_same_bytes);
    tcase_add_test(t, test_peak_adds_up);
    tcase_add_test(t, test_sampled_weights);
    tcase_add_test(t, test_damages_differ);
    suite_add_tcase(s, t);

    return s;
}
