/*
 * The pprof file, inflated and taken apart by a reader of its own: what
 * profile.proto demands, and totals that are the profile's.
 */
#include "config.h"

#include "report/np_export.h"
#include "report/np_figure.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "check_suite.h"
#include "export_samples.h"
#include "sample_profile.h"

#define INFLATED (1 << 20)
#define IDS      256

/* where a message is read */
typedef struct {
    const unsigned char *at, *end;
} span_t;

typedef struct {
    unsigned field;
    uint64_t number; /* when it is one */
    span_t   bytes;  /* or these */
} field_t;

typedef struct {
    unsigned char *data;
    span_t         string[IDS];
    unsigned       strings, types, comments;
    span_t         first_mapping;
    int            mapping[IDS], location[IDS], function[IDS];
    double         total[4];
} pprof_t;


static uint64_t
varint(span_t *s)
{
    uint64_t value = 0;

    for (unsigned shift = 0;; shift += 7) {
        ck_assert(s->at < s->end);
        ck_assert_uint_lt(shift, 64);
        value |= (uint64_t) (*s->at & 0x7f) << shift;
        if ((*s->at++ & 0x80) == 0) {
            return value;
        }
    }
}


static int
next(span_t *s, field_t *f)
{
    uint64_t tag, n;

    if (s->at == s->end) {
        return 0;
    }
    tag = varint(s);
    f->field = (unsigned) (tag >> 3);
    if ((tag & 7) == 0) {
        f->number = varint(s);
        return 1;
    }
    ck_assert_uint_eq(tag & 7, 2);
    n = varint(s);
    ck_assert_uint_le(n, (uint64_t) (s->end - s->at));
    f->bytes.at = s->at;
    f->bytes.end = s->at += n;
    return 1;
}


/* a number of a message; 0 when it is not there */
static uint64_t
number(span_t s, unsigned field)
{
    field_t f;

    while (next(&s, &f)) {
        if (f.field == field) {
            return f.number;
        }
    }
    return 0;
}


static void
assert_string(const pprof_t *p, uint64_t i, const char *want)
{
    ck_assert_uint_lt(i, p->strings);
    ck_assert_uint_eq((size_t) (p->string[i].end - p->string[i].at),
                      strlen(want));
    ck_assert_mem_eq(p->string[i].at, want, strlen(want));
}


static void
take_id(int *known, span_t message)
{
    uint64_t id = number(message, 1);

    ck_assert_uint_gt(id, 0);
    ck_assert_uint_lt(id, IDS);
    ck_assert_msg(!known[id], "id %d twice", (int) id);
    known[id] = 1;
}


static span_t
inflated(pprof_t *p, const char *data, size_t n)
{
    z_stream z = {0};
    span_t   s;

    p->data = malloc(INFLATED);
    ck_assert_int_eq(inflateInit2(&z, 31), Z_OK);
    z.next_in = (Bytef *) data;
    z.avail_in = (uInt) n;
    z.next_out = p->data;
    z.avail_out = INFLATED;
    ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
    s.at = p->data;
    s.end = p->data + z.total_out;
    inflateEnd(&z);
    return s;
}


/* what others refer to */
static void
first_pass(pprof_t *p, span_t s)
{
    field_t f;

    while (next(&s, &f)) {
        if (f.field == 1) {
            p->types++;
        } else if (f.field == 3) {
            if (p->first_mapping.at == NULL) {
                p->first_mapping = f.bytes;
            }
            take_id(p->mapping, f.bytes);
        } else if (f.field == 4) {
            take_id(p->location, f.bytes);
        } else if (f.field == 5) {
            take_id(p->function, f.bytes);
        } else if (f.field == 6) {
            ck_assert_uint_lt(p->strings, IDS);
            p->string[p->strings++] = f.bytes;
        } else if (f.field == 13) {
            while (f.bytes.at < f.bytes.end) {
                ck_assert_uint_lt(varint(&f.bytes), IDS);
                p->comments++;
            }
        }
    }
}


static void
assert_location(const pprof_t *p, span_t s)
{
    field_t  f;
    unsigned lines = 0;

    ck_assert_msg(p->mapping[number(s, 2) % IDS], "no mapping");
    while (next(&s, &f)) {
        if (f.field == 4) {
            ck_assert(p->function[number(f.bytes, 1) % IDS]);
            lines++;
        }
    }
    ck_assert_uint_gt(lines, 0);
}


static void
assert_sample(pprof_t *p, span_t s)
{
    field_t  f;
    unsigned n = 0;

    while (next(&s, &f)) {
        if (f.field == 1) {
            ck_assert(f.bytes.at < f.bytes.end);
            while (f.bytes.at < f.bytes.end) {
                ck_assert(p->location[varint(&f.bytes) % IDS]);
            }
        } else {
            ck_assert_uint_eq(f.field, 2);
            for (; f.bytes.at < f.bytes.end; n++) {
                ck_assert_uint_lt(n, 4);
                p->total[n] += (double) varint(&f.bytes);
            }
        }
    }
    ck_assert_uint_eq(n, 4);
}


static void
second_pass(pprof_t *p, span_t s)
{
    field_t f;

    while (next(&s, &f)) {
        if (f.field == 2) {
            assert_sample(p, f.bytes);
        } else if (f.field == 4) {
            assert_location(p, f.bytes);
        } else if (f.field == 5) {
            ck_assert_uint_lt(number(f.bytes, 2), p->strings);
            ck_assert_uint_gt(number(f.bytes, 2), 0);
            ck_assert_uint_lt(number(f.bytes, 4), p->strings);
        }
    }
}


static void
open_pprof(pprof_t *p, span_t *s, const export_sample_t *sample)
{
    size_t n;
    char  *text
        = export_sample_render(sample, np_export_pprof, NP_FIGURE_LIVE, &n);

    memset(p, 0, sizeof(*p));
    *s = inflated(p, text, n);
    free(text);
    first_pass(p, *s);
    second_pass(p, *s);
}


static void
assert_totals(maker_t *m)
{
    export_sample_t  sample;
    const np_site_t *t;
    pprof_t          p;
    span_t           s;

    export_sample_open(&sample, m);
    t = &sample.profile->total;
    open_pprof(&p, &s, &sample);
    ck_assert_double_eq(p.total[0], round(t->total.objects));
    ck_assert_double_eq(p.total[1], round(t->total.bytes));
    ck_assert_double_eq(p.total[2], round(t->live.objects));
    ck_assert_double_eq(p.total[3], round(t->live.bytes));
    ck_assert_double_gt(p.total[3], 0);
    free(p.data);
    export_sample_close(&sample);
}


START_TEST(test_totals)
{
    assert_totals(sample_plain(0));
    assert_totals(sample_plain(65536));
    assert_totals(sample_rich(0));
    assert_totals(sample_rich(4096));
}
END_TEST


START_TEST(test_head)
{
    static const char *const types[4][2] = {{"alloc_objects", "count"},
                                            {"alloc_space", "bytes"},
                                            {"inuse_objects", "count"},
                                            {"inuse_space", "bytes"}};
    export_sample_t          sample;
    pprof_t                  p;
    span_t                   s, rest;
    field_t                  f;
    unsigned                 n = 0;

    export_sample_open(&sample, sample_plain(65536));
    open_pprof(&p, &s, &sample);
    assert_string(&p, 0, "");
    ck_assert_uint_eq(p.types, 4);
    for (rest = s; next(&rest, &f);) {
        if (f.field == 1) {
            assert_string(&p, number(f.bytes, 1), types[n][0]);
            assert_string(&p, number(f.bytes, 2), types[n++][1]);
        } else if (f.field == 11) {
            assert_string(&p, number(f.bytes, 1), "space");
            assert_string(&p, number(f.bytes, 2), "bytes");
        }
    }
    ck_assert_uint_eq(number(s, 12), 65536);
    ck_assert_uint_eq(number(s, 9), sample.profile->header.wall);
    ck_assert_uint_eq(number(s, 10), sample.profile->header.ms * 1000000);
    assert_string(&p, number(s, 14), "inuse_space");
    ck_assert_uint_eq(p.comments, sample.profile->ncommand);
    assert_string(&p, number(p.first_mapping, 5),
                  "/opt/sample/bin/sample-server");
    assert_string(&p, number(p.first_mapping, 6),
                  "112233445566778899aabbccddeeff1122334455");
    ck_assert_uint_eq(number(p.first_mapping, 2), 0x555555554000);
    free(p.data);
    export_sample_close(&sample);
}
END_TEST


/* no string is an escape sequence on the terminal of a reader */
START_TEST(test_strings)
{
    export_sample_t sample;
    pprof_t         p;
    span_t          s;

    export_sample_open(&sample, sample_plain(0));
    open_pprof(&p, &s, &sample);
    for (unsigned i = 0; i < p.strings; i++) {
        for (; p.string[i].at < p.string[i].end; p.string[i].at++) {
            ck_assert_uint_ge(*p.string[i].at, 0x20);
            ck_assert_uint_ne(*p.string[i].at, 0x7f);
        }
    }
    free(p.data);
    export_sample_close(&sample);
}
END_TEST


/* even then there is a mapping, and a location a kind of site */
START_TEST(test_no_modules)
{
    maker_t *m = maker_create(0);

    maker_alloc(m, NP_SITE_EARLY, 0, 10, 1);
    maker_alloc(m, NP_SITE_OVERFLOW, 0, 20, 1);
    maker_alloc(m, maker_site(m, maker_frame(m, 0, 0x1000)), 0, 30, 1);
    assert_totals(m);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("export_pprof");
    TCase *t = tcase_create("messages");

    tcase_add_test(t, test_totals);
    tcase_add_test(t, test_head);
    tcase_add_test(t, test_strings);
    tcase_add_test(t, test_no_modules);
    suite_add_tcase(s, t);

    return s;
}
