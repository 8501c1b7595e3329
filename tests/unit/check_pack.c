/*
 * A packed profile says what the profile says, in less room, and one that
 * cannot be packed is kept byte by byte.
 */

#include "config.h"

#include "report/np_pack.h"
#include "report/np_planes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "check_suite.h"
#include "profile_damage.h"
#include "report/np_profile.h"
#include "report/np_profile_file.h"
#include "sample_profile.h"

static char ck_from[] = "/tmp/check_pack.XXXXXX";
static char ck_to[] = "/tmp/check_pack.XXXXXX";


static void
ck_setup(void)
{
    close(mkstemp(ck_from));
    close(mkstemp(ck_to));
}


static void
ck_teardown(void)
{
    unlink(ck_from);
    unlink(ck_to);
}


static void
ck_pack(const void *image, size_t size, int over)
{
    FILE *f = fopen(ck_from, "w");

    ck_assert_uint_eq(fwrite(image, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
    f = fopen(ck_to, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(np_pack(f, ck_from, over), 0);
    ck_assert_int_eq(fclose(f), 0);
}


/* the bytes of the result, for free(); packed: it was gzipped */
static unsigned char *
ck_unpack(size_t *size, int packed)
{
    static const size_t most = 1 << 22;
    unsigned char      *bytes = malloc(most);
    gzFile              z = gzopen(ck_to, "r");
    int                 n = gzread(z, bytes, (unsigned) most);

    ck_assert_int_ge(n, 0);
    ck_assert_int_eq(gzdirect(z), !packed);
    ck_assert_int_eq(gzclose(z), Z_OK);
    *size = (size_t) n;
    return bytes;
}


START_TEST(test_same)
{
    uint64_t           interval = _i == 0 ? 0 : 4096;
    maker_t           *m = sample_plain(interval);
    unsigned char     *image, *packed;
    size_t             size, least;
    np_profile_file_t  a, b;
    np_format_header_t header;
    char               err[NP_PROFILE_ERROR];

    image = maker_image(m, &size);
    ck_pack(image, size, 1);
    packed = ck_unpack(&least, 0);
    ck_assert_uint_lt(least, size);
    memcpy(&header, packed, sizeof(header));
    ck_assert_int_eq(np_profile_file_read(&a, ck_from, err), 0);
    ck_assert_int_eq(np_profile_file_read(&b, ck_to, err), 0);
    ck_assert_uint_eq(b.bytes, least);
    for (int i = 0; i < NP_TABLES; i++) {
        const np_format_table_t *t = &header.table[i];

        ck_assert_uint_eq(t->capacity, t->used);
        ck_assert_uint_eq(t->offset % 16, 0);
        ck_assert_uint_eq(a.used[i], b.used[i]);
        ck_assert_int_eq(a.used[i] != 0,
                         a.table[i] != NULL && b.table[i] != NULL);
        if (a.used[i] != 0) {
            ck_assert_mem_eq(a.table[i], b.table[i],
                             (size_t) t->used * t->size);
        }
    }
    /* but for where the tables are and how, the header is what it was */
    memcpy(header.table, a.header.table, sizeof(header.table));
    ck_assert_uint_eq(header.version, NP_FORMAT_CODED);
    header.version = NP_FORMAT_VERSION;
    ck_assert_mem_eq(&header, &a.header, sizeof(header));
    np_profile_file_free(&a);
    np_profile_file_free(&b);
    free(packed);
    free(image);
    maker_destroy(m);
}
END_TEST


/* what earlier versions have packed: in planes, gzipped */
START_TEST(test_earlier)
{
    maker_t           *m = sample_plain(0);
    unsigned char     *image, planes[1 << 16];
    size_t             size;
    np_profile_file_t  a, b;
    np_format_header_t h;
    char               err[NP_PROFILE_ERROR];
    gzFile             z;

    image = maker_image(m, &size);
    ck_pack(image, size, 1);
    ck_assert_int_eq(np_profile_file_read(&a, ck_from, err), 0);
    ck_assert_int_eq(np_profile_file_read(&b, ck_to, err), 0);
    h = b.header;
    h.version = NP_FORMAT_PACKED;
    z = gzopen(ck_to, "w");
    ck_assert_int_eq(gzwrite(z, &h, sizeof(h)), sizeof(h));
    for (int i = 0; i < NP_TABLES; i++) {
        size_t n = (size_t) h.table[i].used * h.table[i].size;

        ck_assert_uint_le(n, sizeof(planes));
        (void) gzseek(z, (z_off_t) h.table[i].offset, SEEK_SET);
        if (n != 0) {
            np_planes_make(planes, b.table[i], (np_table_e) i, h.table[i].size,
                           h.table[i].used);
            ck_assert_int_eq(gzwrite(z, planes, (unsigned) n), (int) n);
        }
    }
    ck_assert_int_eq(gzclose(z), Z_OK);
    np_profile_file_free(&b);
    ck_assert_int_eq(np_profile_file_read(&b, ck_to, err), 0);
    ck_assert_int_eq(b.gzipped, 1);
    for (int i = 0; i < NP_TABLES; i++) {
        ck_assert_uint_eq(a.used[i], b.used[i]);
        if (a.used[i] != 0) {
            ck_assert_mem_eq(a.table[i], b.table[i],
                             (size_t) a.used[i] * h.table[i].size);
        }
    }
    np_profile_file_free(&a);
    np_profile_file_free(&b);
    free(image);
    maker_destroy(m);
}
END_TEST


static int
ck_read(const unsigned char *bytes, size_t n)
{
    FILE             *f = fopen(ck_to, "w");
    np_profile_file_t p;
    char              err[NP_PROFILE_ERROR];

    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
    if (np_profile_file_read(&p, ck_to, err) != 0) {
        return -1;
    }
    np_profile_file_free(&p);
    return 0;
}


static void
ck_sum(unsigned char *bytes, size_t n)
{
    uLong sum = crc32(crc32(0, NULL, 0), bytes, (unsigned) n);

    for (int i = 0; i < 4; i++) {
        bytes[n + (size_t) i] = (unsigned char) (sum >> 8 * i);
    }
}


/* whatever somebody has coded, and summed up rightly: no more than a message */
START_TEST(test_coded_anything)
{
    maker_t           *m = sample_plain(0);
    unsigned char     *image, *packed;
    size_t             size, n;
    np_format_header_t h;

    image = maker_image(m, &size);
    ck_pack(image, size, 1);
    packed = ck_unpack(&n, 0);
    memcpy(&h, packed, sizeof(h));
    srandom(5);
    for (int round = 0; round < 60; round++) {
        h.table[NP_TABLE_NODES].used = (uint32_t) random() % 300;
        h.table[NP_TABLE_SITES].used = (uint32_t) random() % 100;
        h.table[NP_TABLE_NODES].capacity = h.table[NP_TABLE_NODES].used;
        h.table[NP_TABLE_SITES].capacity = h.table[NP_TABLE_SITES].used;
        h.table[NP_TABLE_NODES].offset = 1 << 20;
        h.table[NP_TABLE_SITES].offset = 2 << 20;
        memcpy(packed, &h, sizeof(h));
        for (size_t i = sizeof(h) + 1 + (size_t) random() % 900; i < n; i++) {
            packed[i] = (unsigned char) random();
        }
        ck_sum(packed, n - 4);
        (void) ck_read(packed, n);
    }
    free(packed);
    free(image);
    maker_destroy(m);
}
END_TEST


/* no byte of a coded file can be another one, or missing */
START_TEST(test_coded_damage)
{
    maker_t       *m = sample_plain(0);
    unsigned char *image, *packed;
    size_t         size, n;

    image = maker_image(m, &size);
    ck_pack(image, size, 1);
    packed = ck_unpack(&n, 0);
    ck_assert_int_eq(ck_read(packed, n), 0);
    for (size_t i = 0; i < n; i += 3) {
        unsigned char was = packed[i];

        packed[i] = (unsigned char) (was ^ (1u << i % 8));
        ck_assert_msg(ck_read(packed, n) == -1, "byte %zu of %zu", i, n);
        packed[i] = was;
        ck_assert_msg(ck_read(packed, i) == -1, "%zu of %zu bytes", i, n);
    }
    free(packed);
    free(image);
    maker_destroy(m);
}
END_TEST


/* a file is never made less readable than it was */
START_TEST(test_damaged)
{
    for (const profile_damage_t *d = profile_damages; d->name != NULL; d++) {
        maker_t          *m = sample_plain(0);
        unsigned char    *image, *packed;
        size_t            size, now;
        np_profile_t     *a, *b;
        np_profile_file_t tables;
        char              err[NP_PROFILE_ERROR];

        image = maker_image(m, &size);
        d->harm(image, &size);
        ck_pack(image, size, 1);
        a = np_profile_load(ck_from, err);
        b = np_profile_load(ck_to, err);
        ck_assert_msg((a == NULL) == (b == NULL), "%s", d->name);
        if (np_profile_file_read(&tables, ck_from, err) == 0) {
            np_profile_file_free(&tables);
        } else {
            packed = ck_unpack(&now, 1);
            ck_assert_msg(now == size && memcmp(packed, image, size) == 0,
                          "%s", d->name);
            free(packed);
        }
        if (a != NULL) {
            ck_assert_uint_eq(a->nsites, b->nsites);
            ck_assert_double_eq(a->total.live.bytes, b->total.live.bytes);
        }
        np_profile_free(a);
        np_profile_free(b);
        free(image);
        maker_destroy(m);
    }
}
END_TEST


/* longer records of a later version keep their ends */
START_TEST(test_later)
{
    np_format_header_t h;
    unsigned char      image[sizeof(h) + 200], *packed;
    size_t             size;

    memset(image, 7, sizeof(image));
    memset(&h, 0, sizeof(h));
    memcpy(h.magic, NP_FORMAT_MAGIC, sizeof(h.magic));
    h.version = NP_FORMAT_VERSION;
    h.header = sizeof(h);
    h.scale = 1;
    for (int i = 0; i < NP_TABLES; i++) {
        h.table[i].size = 4096;
    }
    h.table[NP_TABLE_COMMAND].size = 1;
    memcpy(image, &h, sizeof(h));
    ck_pack(image, sizeof(image), 1);
    packed = ck_unpack(&size, 1);
    ck_assert_uint_eq(size, sizeof(image));
    ck_assert_mem_eq(packed, image, size);
    free(packed);
}
END_TEST


/* a process that ended without saying so is known by what `ngxpool run` packs;
 * a look at one that runs stays one */
START_TEST(test_over)
{
    static const struct {
        np_ended_e ended;
        int        packed, over; /* as which it was packed */
        int        is;
    } f[] = {
        {NP_ENDED_NOT, 0, 0, 0},  {NP_ENDED_NOT, 1, 0, 0},
        {NP_ENDED_NOT, 1, 1, 1},  {NP_ENDED_EXIT, 1, 1, 0},
        {NP_ENDED_EXEC, 1, 1, 0},
    };

    for (size_t i = 0; i < sizeof(f) / sizeof(f[0]); i++) {
        maker_t       *m = sample_plain(0);
        unsigned char *image;
        size_t         size;
        char           err[NP_PROFILE_ERROR];
        np_profile_t  *p;

        maker_header(m)->ended = f[i].ended;
        image = maker_image(m, &size);
        ck_pack(image, size, f[i].over);
        p = np_profile_load(f[i].packed ? ck_to : ck_from, err);
        ck_assert_msg(p != NULL, "%s", err);
        ck_assert_int_eq(p->over, f[i].is);
        np_profile_free(p);
        free(image);
        maker_destroy(m);
    }
}
END_TEST


START_TEST(test_fails)
{
    FILE *f = fopen("/dev/full", "w");

    ck_assert_ptr_nonnull(f);
    ck_pack("", 0, 1);
    ck_assert_int_eq(np_pack(f, ck_from, 1), -1);
    fclose(f);
    f = fopen("/dev/null", "w");
    ck_assert_int_eq(np_pack(f, "/no/such/file", 1), -1);
    fclose(f);
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("pack");
    TCase *t = tcase_create("pack");

    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    tcase_add_loop_test(t, test_same, 0, 2);
    tcase_add_test(t, test_earlier);
    tcase_add_test(t, test_damaged);
    tcase_add_test(t, test_coded_damage);
    tcase_add_test(t, test_coded_anything);
    tcase_set_timeout(t, 300);
    tcase_add_test(t, test_later);
    tcase_add_test(t, test_over);
    tcase_add_test(t, test_fails);
    suite_add_tcase(s, t);
    return s;
}
